// The public's side: read on an old phone without JavaScript, in elder mode, and without anything of the office in it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DESKTOP, PHONE, noSideways, sound, start } from "./harness.mjs";

let walk;
before(async () => { walk = await start(); });
after(async () => { await walk?.stop(); });

test("the plan reads without JavaScript", async () => {
  const page = await walk.visit({ viewport: PHONE, javaScriptEnabled: false });
  await page.goto("/");
  await page.getByRole("link", { name: "重点任务分解表" }).first().click();
  await page.waitForURL("**/plans/*");
  assert.equal(await page.locator("script").count(), 0, "the portal needs no script");
  const text = await page.locator("main").innerText();
  for (const words of ["编制政务公开事项标准目录。", "旗自然资源局", "2020年9月4日之前"]) {
    assert.ok(text.includes(words), words);
  }
  assert.equal(await page.locator("tbody tr").count(), 32);
});

for (const [screen, viewport] of [["a desktop", DESKTOP], ["a phone", PHONE]]) {
  test(`on ${screen} every public page is sound, in elder mode too`, async () => {
    const page = await walk.visit({ viewport });
    for (const elder of [false, true]) {
      if (elder) {
        await page.goto("/");
        await page.getByRole("button", { name: "长者模式" }).click();
        await page.getByRole("button", { name: "退出长者模式" }).waitFor();
      }
      for (const path of ["/", "/disclosures", "/disclosures?kind=policy", "/disclosures/1", "/disclosures/1/versions/2/changes", "/plans", "/plans/1", "/log", "/search", "/search?q=补贴", "/search?q=没有这样的东西", "/datasets", "/accounts", "/map", "/about"]) {
        await page.goto(path);
        await sound(page);
        assert.match(await page.locator("body").innerText(), /示例数据/);
      }
    }
  });
}

test("at twice the size nothing is cut off", async () => {
  // 200 % zoom of a 1280 px window leaves 640 px.
  const page = await walk.visit({ viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 });
  for (const path of ["/", "/plans/1"]) {
    await page.goto(path);
    await noSideways(page);
  }
});

test("a page that is not there says what to do", async () => {
  const page = await walk.visit();
  const answer = await page.goto("/plans/999999");
  assert.equal(answer.status(), 404);
  await page.getByRole("link", { name: "回到首页" }).waitFor();
  await sound(page);
});

test("nothing is public before it is published", async () => {
  const office = await walk.signIn("gongkai");
  await office.goto("/office/plans/1");
  await office.getByRole("button", { name: /撤下|取消公开|停止公开/ }).click();
  await office.waitForLoadState();
  const page = await walk.visit();
  assert.equal((await page.goto("/plans/1")).status(), 404);
  await office.goto("/office/plans/1");
  await office.getByRole("button", { name: /公开/ }).first().click();
  await office.waitForLoadState();
  assert.equal((await page.goto("/plans/1")).status(), 200);
});
