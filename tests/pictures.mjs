// The README's pictures, of the program as it starts for everyone: PICTURES names the folder they go to.
import { join } from "node:path";
import { DESKTOP, PHONE, start } from "./browser/harness.mjs";

const pilot = new URL("../data/pilot/plan.docx", import.meta.url).pathname;
const folder = process.env.PICTURES;
if (!folder) throw new Error("PICTURES names no folder");

const walk = await start();
try {
  const office = await walk.signIn("gongkai", { viewport: DESKTOP });
  await take(office, "today-desktop");

  await office.goto("/office/plans/import");
  await office.getByLabel("文件", { exact: true }).setInputFiles(pilot);
  await office.getByRole("button", { name: "上传并读取" }).click();
  await office.getByRole("heading", { name: "核对任务分解表" }).waitFor();
  await take(office, "import-desktop");

  await office.goto("/office/plans/1");
  await take(office, "board-desktop");
  await office.getByRole("link", { name: "甘特图", exact: true }).click();
  await office.waitForURL("**view=gantt**");
  await take(office, "gantt-desktop");

  await office.goto("/office/catalogues");
  await office.getByRole("heading", { name: "领域、单位与阶段" }).evaluate((heading) => heading.scrollIntoView());
  await take(office, "catalogues-desktop");
  await office.goto("/office/coverage");
  await take(office, "coverage-desktop");
  const visitor = await walk.visit({ viewport: DESKTOP });
  await visitor.goto("/catalogues/1");
  await take(visitor, "catalogue-desktop");

  await visitor.goto("/disclosures/1");
  await take(visitor, "disclosure-desktop");
  // The index follows the start within a moment.
  for (let turn = 0; turn < 100; turn++) {
    await visitor.goto("/search?q=" + encodeURIComponent("补贴 发放"));
    if (await visitor.locator(".hits li").count()) break;
    await visitor.waitForTimeout(200);
  }
  await take(visitor, "search-desktop");
  await visitor.goto("/log");
  await take(visitor, "log-desktop");
  await scan(await walk.signIn("minzheng", { viewport: DESKTOP }));

  const township = await walk.signIn("galutu", { viewport: DESKTOP });
  await follow(township, office);
  await take(township, "follow-desktop");

  const clerk = await walk.signIn("ziran", { viewport: PHONE, deviceScaleFactor: 2 });
  await take(clerk, "today-phone");
} finally {
  await walk.stop();
}

/** A draft with what must not be published as it stands; the numbers are made up. */
async function scan(clerk) {
  await clerk.goto("/office/disclosures/new");
  await clerk.getByLabel("标题").fill("临时救助对象名单（示例数据）");
  await clerk.getByRole("button", { name: "下一步" }).click();
  await clerk.getByRole("textbox", { name: "正文" }).evaluate((area) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/html", "<p>张某某，身份证号11010519491231002X，住示例小区3号楼2单元501室，领取补帖600元。</p><p>联系人手机13812345678，公示期至2020年9月31日。</p>");
    area.focus();
    area.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  });
  await clerk.getByText("已自动保存").waitFor();
  await clerk.goto(`${new URL(clerk.url()).pathname.replace("/edit", "")}/scan`);
  await take(clerk, "scan-desktop");
}

/** A township's catalogue beside the county's new version. */
async function follow(township, office) {
  await township.goto("/office/catalogues/derive");
  await township.getByLabel("上级目录").selectOption({ label: "社会救助（乌审旗民政局）" });
  await township.getByRole("button", { name: "列出事项" }).click();
  await township.getByRole("button", { name: "建立目录" }).click();
  await township.getByRole("link", { name: "第1项" }).click();
  await township.getByLabel("公开时限").fill("15个工作日内");
  await township.getByRole("button", { name: "保存" }).click();
  const address = new URL(township.url()).pathname;
  await office.goto("/office/catalogues");
  await office.getByRole("row", { name: "社会救助" }).getByRole("link", { name: "乌审旗民政局" }).click();
  await office.getByLabel("调整原因").fill("社会救助办法修订（示例数据）");
  await office.getByRole("button", { name: "调整目录" }).click();
  for (const [item, limit] of [["第1项", "10个工作日内"], ["第2项", "及时公开"]]) {
    await office.getByRole("link", { name: item, exact: true }).click();
    await office.getByLabel("公开时限").fill(limit);
    await office.getByRole("button", { name: "保存" }).click();
  }
  for (const step of ["提交审查", "审查通过", "公布"]) {
    await office.getByRole("button", { name: step, exact: true }).click();
  }
  await township.goto(`${address}/follow`);
}

/** One screen of a page, from its top. */
async function take(page, name) {
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
