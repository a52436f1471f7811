// Following a plan: lists that are narrowed and taken along, a calendar to subscribe to, remarks, the way by keyboard.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DESKTOP, PASSWORD, PHONE, downloaded, sound, start } from "./harness.mjs";

let walk;
before(async () => { walk = await start(); });
after(async () => { await walk?.stop(); });

for (const [screen, viewport] of [["a desktop", DESKTOP], ["a phone", PHONE]]) {
  test(`on ${screen} the list is narrowed step by step, and what is shown is taken along`, async () => {
    const page = await walk.signIn("gongkai", { viewport });
    await page.goto("/office/assignments");
    await sound(page);
    const rows = page.locator("tbody tr");
    const all = await rows.count();
    await page.getByLabel("状态").selectOption({ label: "已逾期" });
    await page.waitForURL("**standing=**");
    const late = await rows.count();
    assert.ok(late > 0 && late < all, `${late} of ${all} are late`);
    for (const badge of await page.locator("tbody .badge").allInnerTexts()) assert.match(badge, /已逾期/);
    const file = await downloaded(page, page.getByRole("link", { name: "导出 Excel" }));
    assert.equal(file.bytes.subarray(0, 2).toString(), "PK");
    await page.getByLabel("查找").fill("没有这样的任务");
    await page.getByRole("button", { name: "查找" }).click();
    await page.getByText("没有符合条件的任务。").waitFor();
    await sound(page);
    await page.getByRole("link", { name: "清除筛选条件" }).click();
    await page.waitForURL("**/office/assignments");
    assert.equal(await rows.count(), all);
  });
}

test("what was exported is read again as the same plan", async () => {
  const page = await walk.signIn("gongkai");
  for (const [words, ending] of [["导出 Excel", ".xlsx"], ["导出 Word（附进展）", ".docx"]]) {
    await page.goto("/office/plans/1");
    const file = await downloaded(page, page.getByRole("link", { name: words, exact: true }));
    await page.goto("/office/plans/import");
    const name = `再次导入${ending}`;
    await page.getByLabel("文件", { exact: true }).setInputFiles({ name, mimeType: "application/octet-stream", buffer: file.bytes });
    await page.getByRole("button", { name: "上传并读取" }).click();
    await page.getByText("9 项主要任务，32 条具体内容").waitFor();
    await page.getByRole("button", { name: "放弃导入" }).click();
    await page.waitForURL("**/office/plans/import**");
  }
});

test("a unit's dues can be subscribed to by a secret address, until it is taken back", async () => {
  const page = await walk.signIn("ziran");
  await page.goto("/office/units");
  await sound(page);
  await page.getByRole("link", { name: "乌审旗自然资源局" }).first().click();
  await page.getByRole("button", { name: "生成订阅地址" }).click();
  const address = (await page.locator("code").innerText()).trim();
  await sound(page);
  const path = new URL(address).pathname;
  const calendar = await fetch(walk.base + path);
  assert.match(calendar.headers.get("content-type"), /^text\/calendar/);
  const text = await calendar.text();
  assert.match(text, /^BEGIN:VCALENDAR\r\n/);
  assert.match(text.replaceAll("\r\n ", ""), /SUMMARY:城乡规划领域、征地补偿领域/);
  await page.getByRole("button", { name: "停用订阅" }).click();
  await page.getByRole("button", { name: "生成订阅地址" }).waitFor();
  assert.equal((await fetch(walk.base + path)).status, 404);
});

test("a remark reaches the page and the history of a change is kept", async () => {
  const office = await walk.signIn("gongkai");
  await office.goto("/office/assignments/2");
  await office.getByLabel("发表意见").fill("请先梳理权责清单。");
  await office.getByRole("button", { name: "发表", exact: true }).click();
  await office.getByText("请先梳理权责清单。").first().waitFor();
  await office.getByText("修改任务", { exact: true }).click();
  await office.getByLabel("备注").fill("重点任务");
  await office.getByRole("button", { name: "保存", exact: true }).click();
  await office.getByText("重点任务").first().waitFor();
  assert.match(await office.locator("main").innerText(), /示例·公开办/);

  const clerk = await walk.signIn("ziran", { viewport: PHONE });
  await clerk.goto("/office/assignments/2");
  await clerk.getByText("请先梳理权责清单。").first().waitFor();
  await sound(clerk);
});

test("the way in and to the content needs no mouse", async () => {
  const page = await walk.visit();
  await page.goto("/office");
  await page.getByLabel("登录名").focus();
  await page.keyboard.type("minzheng");
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/office");
  await page.keyboard.press("Tab");
  const skip = page.locator(":focus");
  assert.match(await skip.innerText(), /跳到/);
  const box = await skip.boundingBox();
  assert.ok(box.y >= 0 && box.width > 40, "the skip link is seen when it is reached");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  const inside = await page.evaluate(() => document.querySelector("main").contains(document.activeElement));
  assert.ok(inside, "after the skip link the next stop is in the content");
});
