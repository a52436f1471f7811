// Review routes, reviews handed on, people away: the office sets a route and says why it loosens one; who can act is on the page;
// a delegate reviews in another's name; what is returned goes the whole way again.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DESKTOP, PHONE, sound, start } from "./harness.mjs";

let walk;
before(async () => { walk = await start(); });
after(async () => { await walk?.stop(); });

const REVIEWER = "示例·民政局审核人";
const DEPUTY = "示例·民政局分管领导";

async function handIn(clerk, title, kind) {
  await clerk.goto("/office/disclosures/new");
  await clerk.getByLabel("标题").fill(title);
  await clerk.getByLabel("信息种类").selectOption({ label: kind });
  await clerk.getByRole("button", { name: "下一步" }).click();
  await clerk.getByRole("textbox", { name: "正文" }).evaluate((area, text) => {
    area.innerHTML = text;
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }, "<p>现将有关事项通知如下，请各单位遵照执行。</p>");
  await clerk.getByText("已自动保存").waitFor();
  await clerk.getByLabel("主题分类").selectOption("民政、扶贫、救灾");
  await clerk.getByRole("button", { name: "保存" }).click();
  await clerk.getByText("修改已保存").waitFor();
  await clerk.getByText(`提交后依次办理：保密审查（${REVIEWER}）、领导审签（本单位领导）、签发`).waitFor();
  await clerk.getByRole("button", { name: "提交审查" }).click();
  await clerk.getByText("已提交审查").waitFor();
  return new URL(clerk.url()).pathname;
}

for (const [screen, viewport, kind, days] of [
  ["a desktop", DESKTOP, "人事信息", ["2020-10-12", "2020-10-13"]],
  ["a phone", PHONE, "应急信息", ["2020-10-19", "2020-10-20"]],
]) {
  test(`on ${screen} a route is set, a delegate reviews, and the names are kept`, async () => {
    const office = await walk.signIn("gongkai", { viewport });
    await office.goto("/office/reviews");
    await office.getByRole("row", { name: /乌审旗自然资源局.*领导审签/ }).waitFor();
    await sound(office);
    await office.getByLabel("适用范围").selectOption({ label: "乌审旗民政局" });
    await office.getByLabel("信息种类").selectOption({ label: kind });
    await office.getByRole("button", { name: "查看由谁审查" }).click();
    await office.getByText("通常流程", { exact: true }).waitFor();
    await office.getByRole("listitem").filter({ hasText: DEPUTY }).getByText(`受${REVIEWER}委托`).first().waitFor();
    await sound(office);
    await office.getByText(`设置乌审旗民政局　${kind}的流程`).click();
    await office.getByLabel("需要签发").uncheck();
    await office.getByRole("button", { name: "保存流程" }).click();
    await office.getByText("须写明放宽的依据").waitFor();
    await sound(office);
    await office.goBack();
    await office.goto(office.url().split("#")[0]);
    await office.getByText(`设置乌审旗民政局　${kind}的流程`).click();
    await office.getByLabel("需要领导审签").check();
    await office.getByLabel("领导审签由谁办理").selectOption({ label: "本单位领导" });
    await office.getByLabel("保密审查由谁办理").selectOption({ label: "指定人员（在下面选）" });
    await office.getByText("指定保密审查的人员").click();
    await office.getByRole("group", { name: "保密审查" }).getByRole("checkbox", { name: REVIEWER }).check();
    await sound(office);
    await office.getByRole("button", { name: "保存流程" }).click();
    await office.getByText("审查流程已保存").waitFor();
    await office.getByRole("row", { name: new RegExp(`乌审旗民政局.*${kind}.*保密审查（${REVIEWER}）`) }).waitFor();

    const clerk = await walk.signIn("minzheng", { viewport });
    assert.equal((await clerk.goto("/office/reviews")).status(), 403, "a clerk sets no route");
    const title = `受理窗口调整的通知${viewport.width}（示例数据）`;
    const path = await handIn(clerk, title, kind);
    const who = (page) => page.locator(".acting");
    await who(clerk).getByText(DEPUTY).waitFor();
    await who(clerk).getByText("外出至2020年9月30日").waitFor();
    assert.equal(await who(clerk).getByText("示例·公开办").count(), 0, "the route leaves it to others");
    await sound(clerk);
    await office.goto(path);
    assert.equal(await office.getByRole("button", { name: "保密审查通过" }).count(), 0);

    const deputy = await walk.signIn("fenguan", { viewport });
    await deputy.goto("/office");
    await deputy.getByRole("row", { name: new RegExp(`${title.slice(0, 10)}.*保密审查.*受${REVIEWER}委托`) }).first().waitFor();
    await sound(deputy);
    await deputy.goto("/office/notifications");
    await deputy.getByText(`《${title}》待保密审查`).waitFor();
    await deputy.goto(path);
    await deputy.getByLabel("审查意见").fill("不涉密");
    await deputy.getByRole("button", { name: "保密审查通过" }).click();
    await deputy.getByText("审查意见已记录").waitFor();
    await deputy.getByRole("row", { name: new RegExp(`保密审查.*通过.*不涉密.*${DEPUTY}（受${REVIEWER}委托）`) }).waitFor();
    await deputy.getByRole("button", { name: "领导审签通过" }).click();
    await deputy.getByRole("row", { name: new RegExp(`领导审签.*通过.*${DEPUTY}`) }).waitFor();
    await sound(deputy);

    await office.goto(path);
    await office.getByText("退回修改", { exact: true }).click();
    await office.getByLabel("退回原因").fill("补充联系电话");
    await office.getByRole("button", { name: "退回" }).click();
    await office.getByText("已退回").waitFor();
    await clerk.goto(path);
    await clerk.getByText("补充联系电话").waitFor();
    await clerk.getByRole("button", { name: "提交审查" }).click();
    await clerk.getByText("已提交审查").waitFor();
    await deputy.goto(path);
    for (const review of ["保密审查", "领导审签", "签发"]) {
      await deputy.getByRole("button", { name: `${review}通过` }).click();
      await deputy.getByText("审查意见已记录").waitFor();
    }
    await clerk.goto(path);
    await clerk.getByText("待发布").first().waitFor();
    assert.equal(await clerk.getByRole("row", { name: `${DEPUTY}（受${REVIEWER}委托）` }).count(), 3, "both names, each time");
    await clerk.getByRole("button", { name: "现在公开" }).waitFor();

    const reviewer = await walk.signIn("shenhe", { viewport });
    await reviewer.goto("/office");
    await reviewer.getByText("您登记了外出，至2020年9月30日").waitFor();
    await reviewer.getByRole("link", { name: "外出与委托" }).click();
    await reviewer.getByRole("row", { name: new RegExp(`委托${DEPUTY}.*生效中`) }).waitFor();
    await sound(reviewer);
    await reviewer.getByLabel("开始日期").fill(days[0]);
    await reviewer.getByLabel("结束日期").fill(days[1]);
    await reviewer.getByLabel("原因").fill("下乡调研");
    await reviewer.getByRole("button", { name: "登记", exact: true }).click();
    await reviewer.getByText("已登记。").waitFor();
    const noted = reviewer.getByRole("row", { name: /下乡调研.*未开始/ });
    await noted.getByRole("button", { name: "提前结束" }).click();
    await reviewer.getByText("已提前结束").waitFor();
    await deputy.goto("/office/absence");
    await deputy.getByRole("row", { name: new RegExp(`${REVIEWER}.*生效中`) }).waitFor();
    assert.equal(await deputy.getByLabel("审查委托给").count(), 1, "a leader has signatures of their own to hand on");
    assert.equal(await clerk.goto("/office/absence").then(() => clerk.getByLabel("审查委托给").count()), 0);
    await sound(clerk);
  });
}
