// Annual reports, the disclosure guide and the rules: written in the office, checked, handed in, published; found by the public in
// the five columns of the platform.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DESKTOP, PHONE, noSideways, sound, start } from "./harness.mjs";

let walk;
before(async () => { walk = await start(); });
after(async () => { await walk?.stop(); });

for (const [screen, viewport, clerk, unit] of [
  ["a desktop", DESKTOP, "ziran", "乌审旗自然资源局"],
  ["a phone", PHONE, "galutu", "嘎鲁图镇人民政府"],
]) {
  test(`on ${screen} a report is checked, corrected, published and found`, async () => {
    const page = await walk.signIn(clerk, { viewport });
    await page.goto("/office/annual-reports?year=2019");
    await sound(page);
    await page.getByRole("link", { name: unit }).click();
    await page.getByText("表内、上年、正文引用的数字都对得上。").waitFor();
    await page.getByText("上一年", { exact: true }).first().waitFor();
    await sound(page);

    // A figure that does not agree is shown beside its cell and keeps the report from being handed in.
    await page.getByRole("link", { name: "录入数字" }).click();
    await sound(page);
    const total = page.getByLabel("一、本年新收政府信息公开申请数量，总计");
    // One cell that holds no number keeps the rest, and says what it takes.
    const permits = page.getByLabel("行政许可，本年处理决定数量");
    const before = await permits.inputValue();
    await permits.fill("1，234");
    await total.fill("-1");
    await page.getByRole("button", { name: "保存数字" }).click();
    await page.getByRole("alert").getByText("应填0或正整数，例如12；现在填的是“-1”。其他数字已保留。").waitFor();
    assert.equal(await permits.inputValue(), "1，234");
    assert.equal(await total.getAttribute("aria-invalid"), "true");
    await sound(page);
    await permits.fill(before);
    await total.fill("99");
    await page.getByRole("button", { name: "保存数字" }).click();
    await page.getByText("录入的数字已保存").waitFor();
    await page.getByRole("list", { name: "对不上的数字" }).getByText("应为").first().waitFor();
    assert.ok(await page.locator("td .badge.error").count() > 0, "the cell says so too");
    await sound(page);
    await page.getByRole("button", { name: "提交审查" }).click();
    await page.getByText("表中有对不上的数字").waitFor();
    await page.goBack();
    await page.getByRole("link", { name: "录入数字" }).click();
    await total.fill("");
    await page.getByRole("button", { name: "保存数字" }).click();
    await page.getByText("表内、上年、正文引用的数字都对得上。").waitFor();
    const [number] = await page.locator(".report-table td a").all();
    if (number) {
      await number.click();
      await page.getByText(/共 \d+ 条|\d+ ＝ 系统记录 \d+ 条（列在下面）＋ 录入 \d+ 件（没有明细）/).first().waitFor();
      await sound(page);
      await page.goBack();
    }
    await page.getByRole("button", { name: "提交审查" }).click();
    await page.getByText("年报已提交审查").waitFor();
    await sound(page);
    const review = await page.getByRole("link", { name: "审查和公布" }).getAttribute("href");

    // Its reviews are those of any disclosure; one of the units has a leader sign.
    for (const login of ["gongkai", "lingdao", "gongkai"]) {
      const reviewer = await walk.signIn(login, { viewport });
      await reviewer.goto(review);
      await reviewer.getByRole("region", { name: "年报核对" }).getByRole("link", { name: "查看年报" }).waitFor();
      await noSideways(reviewer);
      const pass = reviewer.getByRole("button", { name: /通过$/ });
      while (await pass.count() > 0) {
        await pass.first().click();
        await reviewer.getByText("审查意见已记录").waitFor();
      }
    }
    await page.goto(review);
    await page.getByRole("button", { name: "现在公开" }).click();
    await page.getByText("已公开，公众网站即时更新。").waitFor();

    const reader = await walk.visit({ viewport });
    await reader.goto("/annual-reports");
    await sound(reader);
    await reader.getByRole("link", { name: `${unit}2019年政府信息公开工作年度报告` }).click();
    await reader.getByText("三、收到和处理政府信息公开申请情况").first().waitFor();
    for (const ending of ["docx", "pdf", "xlsx"]) {
      const name = `${unit}2019年政府信息公开工作年度报告.${ending}`;
      await reader.getByRole("link", { name, exact: true }).waitFor();
    }
    assert.equal(await reader.locator("meta[name=ColumnType]").getAttribute("content"), "信息公开年报");
    await sound(reader);
  });

  test(`on ${screen} the region's report names who has not handed in`, async () => {
    const office = await walk.signIn("gongkai", { viewport });
    await office.goto("/office/annual-reports?year=2019");
    await office.getByRole("link", { name: "乌审旗（本级政府）" }).click();
    await office.getByText("它们的数字先按系统记录计入。").waitFor();
    await office.getByText(/\d+ 个单位还没有提交，本级政府报告暂按系统记录计算/).waitFor();
    assert.equal(await office.getByText("表内、上年、正文引用的数字都对得上。").count(), 0);
    await sound(office);
  });

  test(`on ${screen} the five columns lead to one another`, async () => {
    const reader = await walk.visit({ viewport });
    await reader.goto("/");
    for (const [name, type] of [
      ["政府信息公开指南", "信息公开指南"], ["政府信息公开制度", "信息公开制度"],
      ["法定主动公开内容", "信息公开目录"], ["政府信息公开年报", "信息公开年报"],
      ["依申请公开", "依申请公开"],
    ]) {
      await reader.getByRole("navigation", { name: "政府信息公开平台" }).getByRole("link", { name }).click();
      await reader.getByRole("heading", { level: 1, name }).waitFor();
      assert.equal(await reader.locator("meta[name=ColumnName]").getAttribute("content"), name);
      assert.equal(await reader.locator("meta[name=ColumnType]").getAttribute("content"), type);
      await sound(reader);
    }
    await reader.goto("/rules");
    for (const words of ["信息管理", "信息发布", "解读回应", "依申请公开", "公众参与", "监督考核"]) {
      await reader.getByRole("heading", { level: 2, name: words }).waitFor();
    }
    await reader.getByText("废止", { exact: true }).waitFor();
  });
}

test("on paper a report keeps every column", async () => {
  // What lies between the margins of an upright A4 sheet.
  const reader = await walk.visit({ viewport: { width: 672, height: 950 } });
  await reader.goto("/annual-reports");
  await reader.locator("main a", { hasText: "政府信息公开工作年度报告" }).first().click();
  await reader.emulateMedia({ media: "print" });
  const cut = await reader.evaluate(() => {
    const sheet = document.documentElement.clientWidth;
    const body = document.querySelector(".article-body");
    const cells = [...body.querySelectorAll("th, td")];
    const totals = cells.filter((cell) => cell.textContent.trim() === "总计");
    const outside = cells.filter((cell) => cell.getBoundingClientRect().right > sheet + 1);
    return { overflow: getComputedStyle(body).overflowX, totals: totals.length, outside: outside.map((cell) => cell.textContent) };
  });
  assert.equal(cut.overflow, "visible");
  assert.ok(cut.totals >= 4, "总计 of applicants and of each dispute");
  assert.deepEqual(cut.outside, []);
});

test("what the office says in the guide the public reads at once", async () => {
  const office = await walk.signIn("gongkai");
  await office.goto("/office/guides");
  await sound(office);
  await office.getByRole("link", { name: "乌审旗全域" }).click();
  await office.getByLabel("联系电话").fill("0477-0000099（示例）");
  await sound(office);
  await office.getByRole("button", { name: "保存并公开" }).click();
  await office.getByText("公开指南已保存").waitFor();
  const reader = await walk.visit();
  await reader.goto("/guide");
  await reader.getByText("0477-0000099（示例）").waitFor();
  await reader.getByText("20个工作日内予以答复").waitFor();

  // One that lacks something is not public; one can be taken back.
  await office.goto("/office/guides");
  await office.getByRole("link", { name: "民政局" }).first().click();
  await office.getByLabel("联系电话").fill("0477-0000088（示例）");
  await office.getByRole("button", { name: "保存", exact: true }).click();
  await office.getByText("已保存。还缺下面列出的内容，填齐后自动公开。").waitFor();
  await office.goto("/office/guides");
  await office.getByRole("link", { name: "自然资源局" }).first().click();
  const link = await office.getByRole("link", { name: "公众看到的指南" }).getAttribute("href");
  await office.getByRole("button", { name: "收回" }).click();
  await office.getByText("已收回，公众网站不再显示这份指南").waitFor();
  assert.equal((await reader.goto(link)).status(), 404);
  await office.getByRole("button", { name: "保存并公开" }).click();
  assert.equal((await reader.goto(link)).status(), 200);

  await office.goto("/office/rules");
  await office.getByText("六个类别都有现行有效的制度。").waitFor();
  await sound(office);
});
