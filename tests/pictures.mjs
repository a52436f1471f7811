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

  const clerk = await walk.signIn("ziran", { viewport: PHONE, deviceScaleFactor: 2 });
  await take(clerk, "today-phone");
} finally {
  await walk.stop();
}

/** One screen of a page, from its top. */
async function take(page, name) {
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
