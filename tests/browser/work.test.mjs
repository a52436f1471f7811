// Work on a plan: a clerk reports with evidence, the office confirms; what is late is supervised, answered, closed.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DESKTOP, PHONE, downloaded, sound, start, table } from "./harness.mjs";

const SCREENS = [["a desktop", DESKTOP], ["a phone", PHONE]];
let walk;

/** One plan for each screen: a task of the clerk's, one of the township's. */
before(async () => {
  walk = await start();
  const page = await walk.signIn("gongkai");
  for (const [, { width }] of SCREENS) {
    await page.goto("/office/plans/import");
    await page.getByLabel("文件", { exact: true }).setInputFiles(table(`${width}分解表`, [
      ["1", "公开规划。", `公开规划${width}。`, "旗自然资源局", "2020年10月底前"],
      ["2", "公开公示栏。", `更新公示栏${width}。`, "嘎鲁图镇", "2020年9月4日之前"],
    ]));
    await page.getByRole("button", { name: "上传并读取" }).click();
    await page.getByRole("button", { name: "确认生效" }).click();
    await page.waitForURL("**/office/plans/*");
  }
});
after(async () => { await walk?.stop(); });

/** Finds an assignment the way a person does, and opens it. */
async function open(page, words) {
  await page.goto("/office/assignments");
  await page.getByLabel("查找").fill(words);
  await page.getByRole("button", { name: "查找" }).click();
  await page.getByRole("link", { name: words }).click();
  await page.waitForURL("**/office/assignments/*");
}

for (const [screen, viewport] of SCREENS) {
  test(`on ${screen} progress goes from report with evidence to confirmed`, async () => {
    const words = `公开规划${viewport.width}`;
    const clerk = await walk.signIn("ziran", { viewport });
    await sound(clerk);
    await open(clerk, words);
    await sound(clerk);
    await clerk.getByLabel("完成比例（%）").fill("60");
    await clerk.getByLabel("进展情况").fill("已完成初稿，正在征求意见。");
    await clerk.getByRole("button", { name: "报送进展" }).click();
    await clerk.getByText("已完成初稿，正在征求意见。").waitFor();

    // Without evidence nothing is complete.
    await clerk.getByRole("button", { name: "报请确认完成" }).click();
    await clerk.getByRole("alert").waitFor();
    assert.match(await clerk.getByRole("alert").innerText(), /佐证/);
    await sound(clerk);

    await clerk.getByLabel("文件", { exact: true }).setInputFiles({
      name: "规划公开截图.txt", mimeType: "text/plain", buffer: Buffer.from("规划已在门户网站公开。"),
    });
    await clerk.getByRole("button", { name: "添加佐证" }).click();
    const file = await downloaded(clerk, clerk.getByRole("link", { name: "规划公开截图.txt" }));
    assert.equal(file.bytes.toString(), "规划已在门户网站公开。");
    await clerk.getByRole("button", { name: "报请确认完成" }).click();
    await clerk.getByText("待确认").first().waitFor();

    const office = await walk.signIn("gongkai", { viewport });
    await open(office, words);
    await sound(office);
    await office.getByRole("button", { name: "确认完成", exact: true }).click();
    await office.getByText("各单位进展（已完成 1 / 1）").waitFor();
  });

  test(`on ${screen} a late task is supervised, answered, closed`, async () => {
    const words = `更新公示栏${viewport.width}`;
    const office = await walk.signIn("gongkai", { viewport });
    await open(office, words);
    await office.getByText("已逾期").first().waitFor();
    await office.getByRole("link", { name: "发督办单" }).click();
    await sound(office);
    await office.getByLabel("事由").fill("公示栏至今没有更新。");
    await office.getByLabel("办理要求").fill("请立即更新并报送照片。");
    await office.getByLabel("新的办理期限").fill("2020-09-30");
    await office.getByRole("button", { name: "发出督办单" }).click();
    await office.waitForURL("**/office/supervision/*");
    await sound(office);
    const number = (await office.getByRole("heading", { level: 1 }).innerText()).trim();
    assert.match(number, /〔2020〕\d+号/);
    const letter = await downloaded(office, office.getByRole("link", { name: "下载 Word" }));
    assert.equal(letter.bytes.subarray(0, 2).toString(), "PK");
    const sheet = await downloaded(office, office.getByRole("link", { name: "下载 PDF" }));
    assert.equal(sheet.bytes.subarray(0, 5).toString(), "%PDF-");

    const clerk = await walk.signIn("galutu", { viewport });
    await clerk.getByRole("link", { name: number }).click();
    await sound(clerk);
    await clerk.getByLabel("答复内容").fill("公示栏已于今日更新。");
    await clerk.getByRole("button", { name: "提交答复" }).click();
    await clerk.getByText("公示栏已于今日更新。").waitFor();

    await office.goto("/office/supervision");
    await sound(office);
    await office.getByRole("link", { name: number }).click();
    await office.getByRole("button", { name: "办结" }).click();
    await office.getByText("已办结").first().waitFor();
    await sound(office);
  });
}

test("a clerk reads another unit's task and cannot touch it", async () => {
  const office = await walk.signIn("gongkai");
  await open(office, "更新公示栏1280");
  const address = new URL(office.url()).pathname;
  const share = (await office.locator("details[id^='r']").first().getAttribute("id")).slice(1);

  const clerk = await walk.signIn("ziran");
  const answer = await clerk.goto(address);
  if (answer.ok()) {
    assert.equal(await clerk.getByRole("button", { name: "报送进展" }).count(), 0, "no form for another unit's share");
  }
  await clerk.goto("/office");
  const token = await clerk.locator("form[action='/office/sign-out'] input[name=csrf]").getAttribute("value");
  for (const [act, form] of [
    ["report", { percent: "100", text: "替别人报" }],
    ["submit", { text: "" }],
    ["confirm", {}],
    ["supervise", { facts: "事由", requirement: "要求", due_on: "2020-10-01" }],
  ]) {
    const sent = await clerk.request.post(`/office/responsibilities/${share}/${act}`, {
      form: { csrf: token, version: "1", ...form }, headers: { Origin: walk.base }, maxRedirects: 0,
    });
    assert.equal(sent.status(), 403, `${act} of another unit's share`);
  }
  await open(office, "更新公示栏1280");
  assert.doesNotMatch(await office.locator("main").innerText(), /替别人报/);
});

test("a refused report for one unit of many is shown where it was written", async () => {
  const office = await walk.signIn("gongkai");
  await office.goto("/office/assignments/1");
  const part = office.locator("details[id^='r']:not([open])").filter({ hasText: "已逾期" }).first();
  const id = await part.getAttribute("id");
  await part.locator("summary").click();
  const form = office.locator(`#${id} form[action$='/report']`);
  await form.locator("textarea").fill("已完成初稿。");
  await form.locator("input[type=number]").evaluate((input) => { input.removeAttribute("max"); input.value = "250"; });
  await form.getByRole("button", { name: "报送进展" }).click();
  await office.locator(`#${id}`).getByRole("alert").waitFor();
  assert.equal(await office.locator(`#${id} form[action$='/report'] textarea`).inputValue(), "已完成初稿。");
});

test("who reads without the right to act sees no act", async () => {
  const leader = await walk.signIn("lingdao");
  await sound(leader);
  await open(leader, "公开规划1280");
  for (const name of ["报送进展", "添加佐证", "确认完成"]) {
    assert.equal(await leader.getByRole("button", { name, exact: true }).count(), 0, name);
  }
});
