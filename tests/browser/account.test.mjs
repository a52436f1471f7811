// The matrix of platforms: an account is proposed, nobody approves the own proposal, another does; twice is refused; a ledger
// is imported and exported; a disclosure goes to an account after the portal; the public checks whether an account is genuine.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DESKTOP, PHONE, downloaded, sound, start } from "./harness.mjs";

let walk;
before(async () => { walk = await start(); });
after(async () => { await walk?.stop(); });

/** Fills in the entry of an account. */
async function enter(page, name, platform) {
  await page.getByLabel("账号名称").fill(name);
  await page.getByLabel("平台类型").selectOption({ label: platform });
  await page.getByLabel("平台账号").fill(`${name}-id`);
  await page.getByLabel("责任人").fill("示例责任人");
  await page.getByLabel("联系电话").fill("0477-0000000");
  await page.getByLabel("开设日期").fill("2020-09-01");
  await page.getByRole("button", { name: "提交申请" }).click();
}

for (const [screen, viewport, platform] of [["a desktop", DESKTOP, "快手号"], ["a phone", PHONE, "百家号"]]) {
  test(`on ${screen} an account is proposed by one and approved by another`, async () => {
    const name = `示例自然资源${viewport.width}`;
    const clerk = await walk.signIn("ziran", { viewport });
    await clerk.goto("/office/accounts");
    await sound(clerk);
    await clerk.getByRole("link", { name: "登记账号" }).click();
    await sound(clerk);
    await enter(clerk, name, platform);
    await clerk.getByText("申请已提交").waitFor();
    await clerk.getByRole("heading", { name: "申请开设，待审批" }).waitFor();
    assert.equal(await clerk.getByRole("button", { name: "批准" }).count(), 0, "nobody approves the own proposal");
    await sound(clerk);
    const path = new URL(clerk.url()).pathname;

    const visitor = await walk.visit({ viewport, javaScriptEnabled: false });
    const verify = async () => {
      await visitor.goto("/accounts");
      await visitor.getByLabel("核验账号").fill(name);
      await visitor.getByRole("button", { name: "核验", exact: true }).click();
    };
    await verify();
    await visitor.getByText("没有找到", { exact: true }).waitFor();

    await clerk.goto("/office/accounts/new");
    await enter(clerk, name, platform);
    await clerk.getByText("不能重复登记").waitFor();
    await sound(clerk);

    const office = await walk.signIn("gongkai", { viewport });
    await office.goto("/office");
    await office.getByRole("link", { name: "去审批" }).click();
    await office.getByRole("link", { name, exact: true }).click();
    await office.getByLabel("审批意见").fill("同意");
    await office.getByRole("button", { name: "批准" }).click();
    await office.getByText("已批准，账号清单和公众网站即时更新").waitFor();
    await sound(office);
    await verify();
    const verdict = visitor.getByRole("table", { name: "核验结果" });
    await verdict.getByText(`${name}-id`).waitFor();
    await verdict.getByText("乌审旗自然资源局").waitFor();
    assert.equal(await visitor.getByText("示例责任人").count(), 0, "the public sees nobody by name");

    await clerk.goto(path);
    await clerk.getByText("申请关停", { exact: true }).click();
    await clerk.getByLabel("原因").first().fill("并入旗政府公众号");
    await clerk.getByRole("button", { name: "提交关停申请" }).click();
    await clerk.getByText("申请已提交").waitFor();
    await office.goto(path);
    await office.getByRole("button", { name: "退回" }).click();
    await office.getByText("请写明退回的理由").waitFor();
    await office.goto(path);
    await office.getByLabel("审批意见").fill("先公告一个月");
    await office.getByRole("button", { name: "退回" }).click();
    await office.getByText("已退回，申请人将收到提醒").waitFor();
    await office.getByText("意见：先公告一个月").waitFor();
    await sound(office);
  });

  test(`on ${screen} a ledger is imported once and exported`, async () => {
    const office = await walk.signIn("gongkai", { viewport });
    await office.goto("/office/accounts/import");
    await sound(office);
    const name = `示例财政${viewport.width}`;
    const rows = [
      "账号名称,类型,平台账号,主办单位,责任人,联系电话,开通时间,粉丝数",
      `${name},今日头条号,${name}-id,乌审旗财政局,示例责任人,0477-0000000,2019年5月1日,120`,
      `${name},今日头条号,${name}-id,乌审旗财政局,示例责任人,0477-0000000,2019年5月1日,120`,
      "示例无名,微博,x,无名局,示例责任人,0477-0000000,2019年5月1日,1",
    ];
    const file = { name: "清单.csv", mimeType: "text/csv", buffer: Buffer.from(`${rows.join("\n")}\n`) };
    await office.getByLabel("文件").setInputFiles(file);
    await office.getByRole("button", { name: "上传并读取" }).click();
    await office.getByText("“无名局”不在单位名录中").waitFor();
    await office.getByText("清单中没有“粉丝数”这一栏").waitFor();
    await office.getByText("已在清单中，不重复登记").waitFor();
    await sound(office);
    await office.getByRole("button", { name: "登记 1 个账号" }).click();
    await office.getByText("清单已导入").waitFor();
    await sound(office);
    await office.goto(`/office/accounts/list?q=${encodeURIComponent(name)}`);
    await office.getByText("共 1 个账号").waitFor();
    await sound(office);
    const sheet = await downloaded(office, office.getByRole("link", { name: "导出 Excel" }));
    assert.match(sheet.name, /账号清单.*\.xlsx$/);
    assert.equal(sheet.bytes.subarray(0, 2).toString(), "PK");
    const clerk = await walk.signIn("ziran", { viewport });
    assert.equal((await clerk.goto("/office/accounts/import")).status(), 403, "a clerk imports no ledger");
  });

  test(`on ${screen} a disclosure goes to an account after the portal`, async () => {
    const office = await walk.signIn("gongkai", { viewport });
    await office.goto("/office/disclosures/1/share");
    const account = office.getByLabel("账号", { exact: true });
    const wanted = viewport === PHONE ? "乌审旗发展改革" : "乌审旗财政";
    const option = await account.locator("option", { hasText: `微信公众号　${wanted}` }).first().getAttribute("value");
    const note = async (state, fields) => {
      await account.selectOption(option);
      await office.getByLabel("状态").selectOption({ label: state });
      for (const [label, text] of fields) await office.getByLabel(label).fill(text);
      await office.getByRole("button", { name: "登记", exact: true }).click();
      await office.getByText("转发情况已登记").waitFor();
    };
    await note("待发布", [["计划时间", "2020-09-22T09:00"]]);
    const line = office.getByRole("row", { name: new RegExp(wanted) });
    await line.getByText("定于 2020-09-22 09:00").waitFor();
    await note("已发布", [["链接", "https://mp.example/s/1"]]);
    await line.getByRole("link", { name: "打开" }).waitFor();
    await sound(office);
  });

  test(`on ${screen} the public reads the matrix`, async () => {
    const visitor = await walk.visit({ viewport });
    await visitor.goto("/accounts");
    await visitor.getByRole("heading", { name: "乌审旗民政局" }).waitFor();
    await visitor.getByRole("table", { name: "已经停用的账号" }).getByText("已注销").first().waitFor();
    assert.equal(await visitor.getByText("shili-glt-douyin").count(), 0, "what is not approved is not shown");
    await sound(visitor);
    await visitor.goto("/accounts?q=乌审旗发布");
    await visitor.getByText("清单中有 3 个名称或账号相符").waitFor();
    await sound(visitor);
  });
}
