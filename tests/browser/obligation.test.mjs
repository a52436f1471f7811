// What falls due: information noted by a clerk, its due worked out, published, and seen by the public at once; periods
// that come by themselves; how a unit's catalogue is kept.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DESKTOP, PHONE, sound, start } from "./harness.mjs";

let walk;
before(async () => { walk = await start(); });
after(async () => { await walk?.stop(); });

for (const [screen, viewport] of [["a desktop", DESKTOP], ["a phone", PHONE]]) {
  test(`on ${screen} information is noted, falls due, is published, and the public sees it`, async () => {
    const about = `临时救助办法修订${viewport.width}（示例数据）`;
    const clerk = await walk.signIn("minzheng", { viewport });
    await clerk.goto("/office/obligations");
    await sound(clerk);
    await clerk.getByRole("link", { name: "登记信息形成" }).click();
    await sound(clerk);
    const item = clerk.getByLabel("公开事项");
    await item.selectOption({ index: 1 });
    await clerk.getByLabel("信息名称").fill(about);
    await clerk.getByLabel("信息形成或变更日期").fill("2020-09-30");
    await clerk.getByRole("button", { name: "登记", exact: true }).click();
    await clerk.getByText("日期还没有到").waitFor();
    await clerk.goBack();
    await clerk.getByLabel("信息形成或变更日期").fill("2020-09-07");
    await clerk.getByRole("button", { name: "登记", exact: true }).click();
    await clerk.getByText("公开期限已算出").waitFor();
    await sound(clerk);
    // 20 working days after 7 September 2020: the 27th is worked, 1 to 8 October is the holiday.
    await clerk.getByText("2020年10月10日").waitFor();
    await clerk.getByText("目录规定的公开时限").or(clerk.getByText("第二十六条")).first().waitFor();
    const link = await clerk.getByRole("link", { name: "公众看到的事项说明" }).getAttribute("href");

    await clerk.getByLabel("公开日期").fill("2020-09-05");
    await clerk.getByRole("button", { name: "保存" }).click();
    await clerk.getByText("公开日期早于信息形成日期").waitFor();
    await clerk.goBack();
    await clerk.getByLabel("公开日期").fill("2020-09-21");
    await clerk.getByLabel("公开地址").fill("https://example.invalid/linshi");
    await clerk.getByRole("button", { name: "保存" }).click();
    await clerk.getByText("公开情况已登记").waitFor();
    await clerk.getByText("按时公开").waitFor();

    const visitor = await walk.visit({ viewport, javaScriptEnabled: false });
    await visitor.goto(link);
    const row = visitor.getByRole("row", { name: about });
    assert.match(await row.innerText(), /2020年9月21日/);
    assert.equal(await row.getByRole("link", { name: about }).getAttribute("href"), "https://example.invalid/linshi");
    await visitor.goto(link.replace(/\/items.*/, ""));
    await visitor.getByText("最近公开").first().waitFor();
  });
}

test("periods come by themselves, and what is late or blank shows for each unit", async () => {
  const office = await walk.signIn("gongkai", { viewport: DESKTOP });
  await office.goto("/office/obligations?standing=due_soon");
  await office.getByText("目录规定的公开时限：每月公布一次").first().waitFor();
  await office.goto("/office/coverage");
  await sound(office);
  await office.getByRole("row", { name: "乌审旗财政局" }).getByRole("link", { name: "财政预决算" }).click();
  await sound(office);
  await office.getByText("暂无内容").first().waitFor();
  await office.goto("/office/catalogues/readjustment");
  await sound(office);
  await office.getByRole("row", { name: "乌审旗财政局" }).getByText("未完成").waitFor();
});

test("a mistaken note is cancelled with a reason; another unit's is nobody's to change", async () => {
  const clerk = await walk.signIn("minzheng", { viewport: DESKTOP });
  await clerk.goto("/office/obligations/new");
  await clerk.getByLabel("公开事项").selectOption({ index: 1 });
  await clerk.getByLabel("信息名称").fill("登记错了的信息（示例数据）");
  await clerk.getByRole("button", { name: "登记", exact: true }).click();
  await clerk.getByText("公开期限已算出").waitFor();
  const address = new URL(clerk.url()).pathname;
  const other = await walk.signIn("ziran", { viewport: DESKTOP });
  assert.equal((await other.goto(address)).status(), 403);
  await clerk.getByText("登记错了，取消登记").click();
  await clerk.getByLabel("取消原因").fill("重复登记");
  await clerk.getByRole("button", { name: "取消登记" }).click();
  await clerk.getByText("登记已取消").waitFor();
  assert.equal((await clerk.goto(address)).status(), 404);
});
