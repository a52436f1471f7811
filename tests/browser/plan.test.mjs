// From the office's own table to a plan in force: upload, look at what is doubtful, mend it in place, accept.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { DESKTOP, PHONE, downloaded, sound, start, table } from "./harness.mjs";

const VIEWS = ["按任务", "按单位", "按时限", "甘特图", "月历"];
const pilot = new URL("../../data/pilot/", import.meta.url);
let walk;
before(async () => { walk = await start(); });
after(async () => { await walk?.stop(); });

async function upload(page, file) {
  await page.goto("/office/plans/import");
  await sound(page);
  await page.getByLabel("文件", { exact: true }).setInputFiles(file);
  await page.getByRole("button", { name: "上传并读取" }).click();
}

for (const [screen, viewport] of [["a desktop", DESKTOP], ["a phone", PHONE]]) {
  test(`on ${screen} a doubtful table is mended in place and put into force`, async () => {
    const title = `${viewport.width}年度重点任务分解表`;
    const unknown = `旗风沙治理${viewport.width}办`;
    const page = await walk.signIn("gongkai", { viewport });
    await upload(page, table(title, [
      ["1", "公开规划。", "公开城乡规划。", "旗自然资源局", "2020年10月底前"],
      ["2", "公开治沙。", `公开治沙项目${viewport.width}。`, unknown, "待定之日"],
    ]));
    await page.getByRole("heading", { name: "核对任务分解表" }).waitFor();
    await sound(page);
    assert.match(await page.getByLabel("发现的问题").innerText(), new RegExp(unknown));

    await page.getByLabel(`“${unknown}”是`).selectOption({ label: "乌审旗民政局" });
    await page.getByRole("button", { name: "选定" }).click();
    await page.getByRole("link", { name: /^修改\s*第 2 条$/ }).click();
    assert.equal(await page.getByLabel("完成时限", { exact: true }).inputValue(), "待定之日", "the office's own words stand");
    await sound(page);
    await page.getByLabel("完成时限", { exact: true }).fill("2020年11月20日之前");
    await page.getByRole("button", { name: "保存这一行" }).click();
    await page.getByText("读作：2020年11月20日前").waitFor();

    await page.getByRole("button", { name: "确认生效" }).click();
    await page.getByRole("heading", { name: title }).waitFor();
    for (const view of VIEWS) {
      await page.getByRole("link", { name: view, exact: true }).click();
      await page.getByRole("heading", { name: title }).waitFor();
      await sound(page);
    }
    await page.goto(`/office/assignments?q=${encodeURIComponent(`治沙项目${viewport.width}`)}`);
    await page.getByRole("row", { name: `公开治沙项目${viewport.width}` }).getByRole("link").first().click();
    await page.getByText(unknown).first().waitFor();
    const work = await page.locator("main").innerText();
    assert.match(work, /乌审旗民政局/, "the chosen unit carries the task");
    assert.match(work, /2020年11月20日/);
  });
}

test("the pilot's table is previewed whole, and what it says wrongly is shown", async () => {
  const page = await walk.signIn("gongkai");
  await upload(page, new URL("plan.xlsx", pilot).pathname);
  await page.getByText("9 项主要任务，32 条具体内容").waitFor();
  const findings = await page.getByLabel("发现的问题").innerText();
  assert.match(findings, /严格执行/);
  await sound(page);
  await page.setViewportSize(PHONE);
  await sound(page);
  await page.getByRole("button", { name: "放弃导入" }).click();
  await page.waitForURL("**/office/plans**");
});

test("a plan goes out again as the office's own formats", async () => {
  const page = await walk.signIn("gongkai");
  await page.goto("/office/plans/1");
  for (const [words, ending] of [[/Excel/, ".xlsx"], [/Word/, ".docx"]]) {
    const file = await downloaded(page, page.getByRole("link", { name: words }).first());
    assert.ok(file.name.endsWith(ending), file.name);
    assert.equal(file.bytes.subarray(0, 2).toString(), "PK", `${file.name} is no office file`);
  }
});

test("a file that is not what its name says is refused in words, and nothing is kept", async () => {
  const page = await walk.signIn("gongkai");
  const truncated = (await readFile(new URL("plan.docx", pilot))).subarray(0, 2000);
  const before = await drafts(page);
  await upload(page, { name: "断了的.docx", mimeType: "application/octet-stream", buffer: truncated });
  const summary = page.getByRole("alert");
  await summary.waitFor();
  assert.match(await summary.innerText(), /没有导入/);
  await sound(page);
  assert.equal(await drafts(page), before);
});

async function drafts(page) {
  await page.goto("/office/plans/import");
  return page.locator("a[href^='/office/plan-drafts/']").count();
}

test("of two editors the second is told, and neither's words are lost", async () => {
  const [first, second] = [await walk.signIn("gongkai"), await walk.signIn("gongkai")];
  for (const page of [first, second]) {
    await page.goto("/office/assignments/3");
    await page.getByText("修改任务", { exact: true }).click();
  }
  await first.getByLabel("备注").fill("第一人的备注");
  await second.getByLabel("备注").fill("第二人的备注");
  await first.getByRole("button", { name: "保存", exact: true }).click();
  await first.getByText("第一人的备注").first().waitFor();
  await second.getByRole("button", { name: "保存", exact: true }).click();
  await second.waitForLoadState();
  const told = await second.locator("main").innerText();
  assert.match(told, /示例·公开办|其他人|他人|已被/, "the second is told that somebody was there before");
  assert.match(await second.content(), /第二人的备注/, "the second's words are still on the page");
  await first.goto("/office/assignments/3");
  assert.match(await first.locator("main").innerText(), /第一人的备注/, "the first's words stand");
});
