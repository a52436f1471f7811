// A request for disclosure from the citizen's form to the review: supplement, third party, extension with another
// person's approval, a record masked in part, the letters; on both screens. What a person tells is in no address and no list.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DESKTOP, PHONE, downloaded, sound, start } from "./harness.mjs";

let walk;
before(async () => { walk = await start(); });
after(async () => { await walk?.stop(); });

const WANTED = "示例嘎查2019年征地补偿安置方案（示例数据）";

/** The two steps of the form; `look` at each page. */
async function ask(page, name, look = sound) {
  await page.goto("/requests");
  await look(page);
  await page.getByRole("link", { name: "我要申请" }).click();
  await look(page);
  await page.getByLabel("向哪个单位申请").selectOption({ label: "乌审旗自然资源局" });
  await page.getByLabel("需要什么信息").fill(WANTED);
  await page.getByRole("button", { name: "下一步" }).click();
  await page.getByRole("heading", { name: "填写申请人信息" }).waitFor();
  await look(page);
  await page.getByLabel("姓名或者单位名称").fill(name);
  await page.getByLabel("证件号码").fill("1234");
  await page.getByRole("button", { name: "提交申请" }).click();
  const summary = page.getByRole("alert");
  assert.match(await summary.innerText(), /居民身份证号码不对[\s\S]*联系方式/);
  await look(page);
  await summary.getByRole("link").first().click();
  await page.getByLabel("身份证明种类").selectOption({ label: "其他身份证明" });
  await page.getByLabel("证件号码").fill("示例身份证明");
  await page.getByLabel("联系电话").fill("13800000000");
  await page.getByRole("button", { name: "提交申请" }).click();
  await page.waitForURL("**/requests/mine");
  await look(page);
  const [number, code] = await page.locator("dd.code").allInnerTexts();
  assert.match(number, /^2020-\d{5}$/);
  return { number, code };
}

/** Opens the case from the queue. */
async function open(page, number) {
  await page.goto("/office/requests");
  await page.getByLabel("申请编号").fill(number);
  await page.getByRole("button", { name: "查找" }).click();
  await page.getByRole("link", { name: number }).click();
  await page.getByRole("heading", { name: `申请 ${number}` }).waitFor();
}

/** Takes a step with its letters; `details` before, `fields` of the letters after. */
async function step(page, name, details, fields, button) {
  await page.getByRole("link", { name, exact: true }).click();
  await details(page);
  const next = page.getByRole("button", { name: "下一步：填写文书" });
  if (await next.count()) {
    await next.click();
    for (const [label, words] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).first().fill(words);
    await page.getByRole("button", { name: "更新预览" }).click();
    await page.locator(".paper").first().waitFor();
    await sound(page);
  }
  await page.getByRole("button", { name: button, exact: true }).click();
  await page.locator("p.done").waitFor();
}

const nothing = async () => {};

for (const [screen, viewport] of [["a desktop", DESKTOP], ["a phone", PHONE]]) {
  test(`on ${screen} a request goes from the form to the review`, async () => {
    const citizen = await walk.visit({ viewport });
    const { number, code } = await ask(citizen, `示例申请人${screen === "a desktop" ? "甲" : "乙"}`);
    const clerk = await walk.signIn("ziran", { viewport });
    await clerk.goto("/office");
    await clerk.getByRole("link", { name: number }).waitFor();
    await open(clerk, number);
    await sound(clerk);
    await step(clerk, "双方确认收到", nothing, {}, "制发并登记");
    const cell = clerk.locator(".strip td.counted").first();
    assert.equal(await cell.evaluate((found) => getComputedStyle(found).display), "table-cell", "a counted day stands in its week");
    await clerk.getByRole("link", { name: "要求补正", exact: true }).click();
    await clerk.getByLabel("给申请人几个工作日").fill("5");
    await clerk.getByRole("button", { name: "下一步：填写文书" }).click();
    assert.equal(await clerk.getByLabel("补正期限").count(), 0, "what follows from the case is not typed");
    assert.equal(await clerk.getByRole("alert").count(), 0, "nothing is wrong before anything was typed");
    await clerk.getByLabel("给申请人几个工作日").fill("10");
    await clerk.getByLabel("补正事项").fill("请写明地块位置");
    await clerk.getByRole("button", { name: "更新预览" }).click();
    assert.match(await clerk.locator(".paper").innerText(), /自收到本告知书之日起10个工作日内/);
    await open(clerk, number);
    await step(clerk, "要求补正", (page) => page.getByLabel("给申请人几个工作日").fill("10"), { "补正事项": "请写明地块位置" }, "制发并登记");
    await sound(clerk);

    await citizen.reload();
    await citizen.getByRole("heading", { name: /需要您补正/ }).waitFor();
    await sound(citizen);
    const notice = await downloaded(citizen, citizen.getByRole("link", { name: /PDF.*补正告知书/ }));
    assert.equal(notice.bytes.subarray(0, 4).toString(), "%PDF");
    await citizen.getByLabel("补正内容").fill("位于示例嘎查东侧");
    await citizen.getByRole("button", { name: "提交补正" }).click();
    await citizen.getByText("补正已提交，答复期限重新计算。").waitFor();

    await open(clerk, number);
    await step(clerk, "征求第三方意见", (page) => page.getByLabel("第三方", { exact: true }).fill("示例公司"), { "征求事项": "补偿协议", "第三方": "示例公司" }, "制发并登记");
    await clerk.getByText("征求意见中").first().waitFor();
    const answer = async (page) => {
      await page.getByLabel("第三方", { exact: true }).fill("示例公司");
      await page.getByLabel("不同意公开").check();
    };
    await step(clerk, "收到第三方意见", answer, {}, "登记");
    await step(clerk, "延长答复期限", (page) => page.getByLabel("延长几个工作日").fill("10"), { "延期理由": "资料较多" }, "报请审批");
    assert.equal(await clerk.getByRole("button", { name: "批准并制发" }).count(), 0, "nobody approves the own proposal");
    const office = await walk.signIn("gongkai", { viewport });
    await open(office, number);
    await sound(office);
    await office.getByRole("button", { name: "批准并制发" }).click();
    await office.getByText("已批准，文书已制发。").waitFor();

    await open(clerk, number);
    await clerk.getByLabel("提供给申请人的信息").check();
    const file = { name: "名单.txt", mimeType: "text/plain", buffer: Buffer.from("示例人，电话13800000001\n") };
    await clerk.getByLabel("文件", { exact: true }).setInputFiles(file);
    await clerk.getByRole("button", { name: "上传" }).click();
    await clerk.getByRole("link", { name: "答复", exact: true }).click();
    const impossible = await clerk.getByLabel("处理结果").locator("option").allInnerTexts();
    assert.ok(!impossible.includes("不予处理：无正当理由大量、反复申请"), "what presupposes a step is not offered");
    await clerk.getByLabel("处理结果").selectOption({ label: "经检索，本机关不掌握" });
    await clerk.getByRole("button", { name: "下一步：填写文书" }).click();
    await clerk.getByLabel("检索情况").fill("查阅档案");
    await clerk.getByRole("button", { name: "报请审批" }).click();
    await clerk.getByText(/处个人信息没有遮盖，也没有注明理由/).waitFor();
    await open(clerk, number);
    await clerk.getByRole("link", { name: /检查、遮盖/ }).click();
    await sound(clerk);
    await clerk.getByRole("button", { name: "遮盖全部个人信息" }).click();
    await clerk.getByText(/已遮盖，原件转为办理材料/).waitFor();
    const partial = (page) => page.getByLabel("处理结果").selectOption({ label: "区分处理，部分公开" });
    const reply = { "公开内容": "补偿标准", "不予公开内容": "经营数据", "不予公开理由": "第三方的商业秘密" };
    await step(clerk, "答复", partial, reply, "报请审批");
    await open(office, number);
    assert.match(await office.locator(".paper").innerText(), /应当先申请行政复议/);
    await office.getByRole("button", { name: "批准并制发" }).click();
    await office.getByText("已批准，文书已制发。").waitFor();
    await office.getByText("登记复议或者诉讼").click();
    await office.getByLabel("复议机关或者法院").fill("乌审旗人民政府（示例）");
    await office.getByLabel("受理日期").fill("2020-09-21");
    await office.getByRole("button", { name: "登记", exact: true }).last().click();
    await office.getByText("尚未审结").first().waitFor();
    await sound(office);

    // Another browser: the number and the code are enough, and neither is in an address.
    const again = await walk.visit({ viewport });
    await again.goto("/requests");
    await again.getByLabel("申请编号").fill(number);
    await again.getByLabel("查询码").fill("AAAA-AAAA-AAAA");
    await again.getByRole("button", { name: "查询" }).click();
    await again.getByText("没有找到这件申请。").waitFor();
    await again.getByLabel("查询码").fill(code.toLowerCase());
    await again.getByRole("button", { name: "查询" }).click();
    await again.waitForURL("**/requests/mine");
    await again.getByText("区分处理，部分公开").waitFor();
    await sound(again);
    const given = await downloaded(again, again.getByRole("link", { name: "名单.txt" }));
    assert.ok(!given.bytes.toString().includes("13800000001"), "the number is masked");
    assert.equal(await again.getByText("示例公司").count(), 0, "the third party is none of the applicant's");
    await again.getByRole("button", { name: "退出查询" }).click();
    await again.goto("/requests/mine");
    await again.getByText("请先查询您的申请").waitFor();
  });
}

test("without a script one asks and takes the request back", async () => {
  const page = await walk.visit({ javaScriptEnabled: false });
  await ask(page, "示例申请人丁", nothing);
  await page.getByText("更正联系方式").click();
  await page.getByLabel("电子邮箱").fill("nowhere");
  await page.getByRole("button", { name: "保存" }).click();
  await page.getByText("未能提交").waitFor();
  assert.equal(await page.getByLabel("电子邮箱").inputValue(), "nowhere", "what was typed is still there");
  await page.getByText("撤回申请").first().click();
  await page.getByLabel("我确认撤回这件申请").check();
  await page.getByRole("button", { name: "撤回申请" }).click();
  await page.getByText("申请已撤回。").waitFor();
});

test("an officer registers a letter, words are changed by who is in charge, and only there", async () => {
  const clerk = await walk.signIn("galutu");
  await clerk.goto("/office/requests/new");
  await sound(clerk);
  await clerk.getByLabel("提交方式").selectOption({ label: "邮寄（签收）" });
  await clerk.getByLabel("申请内容").fill("示例敬老院立项批复（示例数据）");
  await clerk.getByLabel("姓名或者单位名称").fill("示例单位丙");
  await clerk.getByLabel("身份证明种类").selectOption({ label: "统一社会信用代码" });
  await clerk.getByLabel("证件号码").fill("91350100M000100Y44");
  await clerk.getByLabel("电话", { exact: false }).first().fill("13800000000");
  await clerk.getByRole("button", { name: "登记", exact: true }).click();
  await clerk.getByText("统一社会信用代码不对").waitFor();
  await clerk.getByLabel("证件号码").fill("91350100M000100Y43");
  await clerk.getByRole("button", { name: "登记", exact: true }).click();
  await clerk.getByText("已登记。请把申请编号和查询码告诉申请人。").waitFor();
  await clerk.getByRole("heading", { name: "政府信息公开申请登记回执" }).first().waitFor();
  await sound(clerk);
  await clerk.getByRole("button", { name: "制发", exact: true }).click();
  await clerk.getByText("文书已制发。").waitFor();
  await clerk.goto("/office/requests/templates/receipt");
  assert.equal(await clerk.getByRole("button", { name: "保存" }).count(), 0);
  const office = await walk.signIn("gongkai");
  await office.goto("/office/requests/templates/receipt");
  await office.getByLabel("表格后的正文").fill("{{没有的字段}}");
  await office.getByRole("button", { name: "保存" }).click();
  await office.getByText(/模板用了没有的内容/).waitFor();
  await office.getByLabel("表格后的正文").fill("特此告知。");
  await office.getByLabel(/^表格第 7 行名称/).fill("办理窗口");
  await office.getByLabel(/^表格第 7 行内容/).fill("示例窗口");
  await office.getByLabel("附件说明（一行一个，不写序号）").fill("示例附件");
  await office.getByRole("button", { name: "预览" }).click();
  assert.match(await office.locator(".paper").innerText(), /办理窗口[\s\S]*示例窗口[\s\S]*特此告知[\s\S]*附件：示例附件/);
  await sound(office);
  await office.getByRole("button", { name: "保存" }).click();
  await office.getByText("模板已保存").waitFor();
  await office.goto("/office/requests/topics");
  await sound(office);
});
