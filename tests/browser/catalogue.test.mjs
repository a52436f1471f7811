// A catalogue from the office's own file to the public, and its next version: begun, mended, reviewed, returned,
// published, adjusted, compared.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DESKTOP, PHONE, downloaded, sound, start } from "./harness.mjs";

let walk;
before(async () => { walk = await start(); });
after(async () => { await walk?.stop(); });

/** A page of a catalogue as offices save it: two header rows, a publisher forgotten. */
function saved(title) {
  const head = `<tr><th rowspan="2">序号</th><th colspan="2">公开事项</th><th rowspan="2">公开内容（要素）</th><th rowspan="2">公开依据</th><th rowspan="2">公开时限</th><th rowspan="2">公开主体</th><th rowspan="2">公开渠道和载体</th><th colspan="2">公开对象</th><th colspan="2">公开方式</th><th colspan="2">公开层级</th></tr><tr><th>一级事项</th><th>二级事项</th><th>全社会</th><th>特定群体</th><th>主动</th><th>依申请</th><th>县级</th><th>乡、村级</th></tr>`;
  const row = (cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
  const law = "《中华人民共和国土地管理法》";
  const rows = [
    ["1", "征地管理政策", "法律法规", "标题；文号；全文", law, "20个工作日内", "旗自然资源局", "■政府网站 □政府公报", "√", "", "√", "", "√", "√"],
    ["2", "征地组织实施", "征收土地公告", "征收范围；补偿标准", law, "收到批准文件之日起15个工作日内", "", "■政府网站", "√", "", "√", "", "√", "√"],
  ];
  return {
    name: "目录.html",
    mimeType: "text/html",
    buffer: Buffer.from(`<html><meta charset="utf-8"><body><h1>${title}</h1><table>${head}${rows.map(row).join("")}</table></body></html>`),
  };
}

for (const [screen, viewport, sector] of [["a desktop", DESKTOP, "征地补偿"], ["a phone", PHONE, "本单位目录（按职能编制）"]]) {
  test(`on ${screen} a catalogue goes from a file to the public and to its next version`, async () => {
    const title = `自然资源局${viewport.width}号标准目录`;
    const clerk = await walk.signIn("ziran", { viewport });
    await clerk.goto("/office/catalogues/new");
    await sound(clerk);
    await clerk.getByLabel("领域", { exact: true }).selectOption({ label: sector });
    await clerk.getByLabel("现有的文件").check();
    await clerk.getByRole("button", { name: "建立目录" }).click();
    await clerk.getByText("请先选择一个文件").waitFor();
    await clerk.getByLabel("现有的文件").check();
    await clerk.getByLabel("文件", { exact: true }).setInputFiles(saved(title));
    await clerk.getByRole("button", { name: "建立目录" }).click();
    await clerk.getByRole("heading", { name: "核对读取结果" }).waitFor();
    await sound(clerk);
    await clerk.getByText("没有公开主体").first().waitFor();
    // A column that was taken for something else is put right, and the table is read anew.
    const columns = clerk.getByText("各列是什么");
    await columns.click();
    const basis = clerk.getByLabel("“公开依据”");
    await basis.selectOption({ label: "其他（原样保留）" });
    await clerk.getByRole("button", { name: "按此重新读取" }).click();
    await clerk.getByText("表头中没有“公开依据”列").waitFor();
    await columns.click();
    await basis.selectOption({ label: "公开依据" });
    await clerk.getByRole("button", { name: "按此重新读取" }).click();
    await clerk.getByText("读到 2 个事项").waitFor();
    assert.equal(await clerk.getByText("表头中没有“公开依据”列").count(), 0);
    await clerk.getByRole("button", { name: "建立目录" }).click();
    await clerk.getByRole("heading", { name: title }).waitFor();
    await sound(clerk);
    const address = new URL(clerk.url()).pathname;
    await clerk.getByText("“征地组织实施—征收土地公告”没有公开主体").waitFor();

    await clerk.getByRole("button", { name: "提交审查" }).click();
    await clerk.getByText("还有错误级问题").waitFor();
    await clerk.goto(address);
    await clerk.getByRole("link", { name: "第2项" }).click();
    await sound(clerk);
    await clerk.getByLabel("公开主体").fill("旗自然资源局、苏木镇人民政府");
    await clerk.getByRole("button", { name: "保存" }).click();
    await clerk.getByText("修改已保存").waitFor();
    await clerk.getByRole("button", { name: "提交审查" }).click();
    await clerk.getByText("目录已提交审查").waitFor();

    const office = await walk.signIn("gongkai", { viewport });
    await office.goto(address);
    await sound(office);
    await office.getByLabel("退回原因").fill("请补充解释政策的事项");
    await office.getByRole("button", { name: "退回修改" }).click();
    await clerk.goto(address);
    await clerk.getByText("退回原因：请补充解释政策的事项").waitFor();
    await clerk.getByRole("button", { name: "提交审查" }).click();
    await office.goto(address);
    await office.getByRole("button", { name: "审查通过" }).click();
    await office.getByRole("button", { name: "公布" }).click();
    await office.getByText("目录已公布").waitFor();

    const visitor = await walk.visit({ viewport, javaScriptEnabled: false });
    await visitor.goto("/catalogues");
    await visitor.getByRole("link", { name: title }).click();
    await visitor.getByText("收到批准文件之日起15个工作日内").waitFor();
    await visitor.getByLabel("在目录中查找").fill("补偿标准");
    await visitor.getByRole("button", { name: "查找" }).click();
    await visitor.getByText("共 2 项，其中 1 项含有“补偿标准”").waitFor();
    await visitor.getByRole("link", { name: "征收土地公告" }).click();
    await visitor.getByText("事项编码").waitFor();
    const item = new URL(visitor.url()).pathname;

    await clerk.goto(address);
    await clerk.getByLabel("调整原因").fill("土地管理法实施条例修订");
    await clerk.getByRole("button", { name: "调整目录" }).click();
    await clerk.getByRole("link", { name: "第1项" }).click();
    await clerk.getByLabel("公开时限").fill("7个工作日内");
    await clerk.getByRole("button", { name: "保存" }).click();
    await clerk.getByRole("link", { name: "第2项" }).click();
    await clerk.getByRole("button", { name: "删除这一项" }).click();
    await clerk.getByRole("button", { name: "提交审查" }).click();
    await office.goto(address);
    await office.getByRole("button", { name: "审查通过" }).click();
    await office.getByRole("button", { name: "公布" }).click();
    await office.getByText("目录已公布").waitFor();

    const reader = await walk.visit({ viewport });
    await reader.goto(address.replace("/office", ""));
    await sound(reader);
    await reader.getByRole("link", { name: "调整1项，取消1项" }).click();
    await sound(reader);
    const changes = await reader.locator("main").innerText();
    assert.match(changes, /20个工作日内/);
    assert.match(changes, /7个工作日内/);
    assert.match(changes, /土地管理法实施条例修订/);
    await reader.goto(item);
    await reader.getByText("自第 1 版之后已经取消").waitFor();
    await sound(reader);
    await reader.goto(address.replace("/office", ""));
    const file = await downloaded(reader, reader.getByRole("link", { name: "Excel" }));
    assert.equal(file.bytes.subarray(0, 2).toString(), "PK");
    assert.match(file.name, /第2版/);
  });
}

test("a township derives its catalogue, and follows the county's next version", async () => {
  const township = await walk.signIn("galutu");
  await township.goto("/office/catalogues/derive");
  await sound(township);
  await township.getByLabel("上级目录").selectOption({ label: "社会救助（乌审旗民政局）" });
  await township.getByRole("button", { name: "列出事项" }).click();
  await sound(township);
  await township.getByLabel("已承接").first().check();
  await township.getByRole("button", { name: "建立目录" }).click();
  await township.getByRole("heading", { name: "社会救助领域标准目录" }).waitFor();
  await township.getByText("据《社会救助领域基层政务公开标准目录（示例数据）第1版》编制").waitFor();
  const address = new URL(township.url()).pathname;
  await township.getByRole("link", { name: "第1项" }).click();
  await township.getByLabel("公开时限").fill("15个工作日内");
  await township.getByRole("button", { name: "保存" }).click();

  const office = await walk.signIn("gongkai");
  await office.goto("/office/catalogues");
  await office.getByRole("row", { name: "社会救助" }).getByRole("link", { name: "乌审旗民政局" }).click();
  await office.getByLabel("调整原因").fill("社会救助办法修订");
  await office.getByRole("button", { name: "调整目录" }).click();
  await office.getByRole("link", { name: "第1项" }).click();
  await office.getByLabel("公开时限").fill("10个工作日内");
  await office.getByLabel("公开内容（要素）").fill("法律法规；救助标准；咨询电话");
  await office.getByRole("button", { name: "保存" }).click();
  for (const step of ["提交审查", "审查通过", "公布"]) await office.getByRole("button", { name: step, exact: true }).click();
  await office.getByText("目录已公布").waitFor();

  await township.goto(address);
  await township.getByRole("link", { name: "查看并跟进" }).click();
  await sound(township);
  const proposal = await township.locator("main").innerText();
  assert.match(proposal, /15个工作日内/);
  assert.match(proposal, /10个工作日内/);
  assert.match(proposal, /公开内容（要素）改为“法律法规；救助标准；咨询电话”/);
  await township.getByRole("button", { name: "写入草稿" }).click();
  await township.getByText("上级目录的调整已写入草稿").waitFor();
  const row = await township.getByRole("row", { name: "救助标准；咨询电话" }).innerText();
  assert.match(row, /15个工作日内/, "the township's own wording stays");
});

test("what is not public is not shown, and another unit's catalogue is nobody's to change", async () => {
  const office = await walk.signIn("gongkai");
  await office.goto("/office/catalogues");
  await sound(office);
  const link = office.getByRole("row", { name: "环境保护" }).getByRole("link", { name: "鄂尔多斯市生态环境局乌审旗分局" });
  const address = await link.getAttribute("href");
  const visitor = await walk.visit();
  const hidden = await visitor.goto(address.replace("/office", ""));
  assert.equal(hidden.status(), 404);
  const clerk = await walk.signIn("ziran");
  const foreign = await clerk.goto(address);
  assert.equal(foreign.status(), 403);
});

test("a draft is edited in place with the keyboard, kept at once, taken back, and commented on", async () => {
  const clerk = await walk.signIn("ziran", { viewport: DESKTOP });
  await clerk.goto("/office/catalogues");
  await clerk.getByRole("row", { name: "城乡规划" }).getByRole("link", { name: "乌审旗自然资源局" }).click();
  const address = new URL(clerk.url()).pathname;
  await sound(clerk);
  const cell = (field, at = 0) => clerk.locator(`td[data-field=${field}]`).nth(at);
  const was = await cell("limit").innerText();
  await cell("level1").focus();
  for (let step = 0; step < 4; step++) { await clerk.keyboard.press("ArrowRight"); }
  await clerk.keyboard.press("Enter");
  await clerk.keyboard.press("Control+A");
  await clerk.keyboard.type("7个工作日内");
  await clerk.keyboard.press("Control+Enter");
  await clerk.getByText("已保存。").waitFor();
  await clerk.getByRole("button", { name: "撤销：修改公开时限" }).waitFor();

  // Typing on without leaving the cell is kept by itself; Escape gives up only what was not kept.
  await cell("publisher").click();
  await clerk.getByRole("textbox", { name: "公开主体" }).fill("");
  await clerk.getByText("没有公开主体").first().waitFor();
  await clerk.keyboard.press("Escape");
  await sound(clerk);
  await clerk.reload();
  assert.equal(await cell("limit").innerText(), "7个工作日内");
  assert.equal(await cell("publisher").innerText(), "—");
  await clerk.locator("body").press("Control+z");
  await clerk.getByText("已撤销上一次修改").waitFor();
  await clerk.locator("body").press("Control+z");
  await clerk.getByText("已撤销上一次修改").waitFor();
  assert.equal(await cell("limit").innerText(), was);
  assert.notEqual(await cell("publisher").innerText(), "—");

  // Two editors on one cell: the second is told, and the words stay where they were typed.
  const office = await walk.signIn("gongkai", { viewport: DESKTOP });
  await office.goto(address);
  await cell("limit").click();
  await office.locator("td[data-field=limit]").first().click();
  await office.getByRole("textbox", { name: "公开时限" }).fill("5个工作日内");
  await office.keyboard.press("Control+Enter");
  await office.getByText("已保存。").waitFor();
  await clerk.getByRole("textbox", { name: "公开时限" }).fill("6个工作日内");
  await clerk.keyboard.press("Control+Enter");
  await clerk.getByText("这一格刚被他人修改").waitFor();
  assert.equal(await clerk.getByRole("textbox", { name: "公开时限" }).inputValue(), "6个工作日内");

  await office.getByRole("link", { name: "第1项" }).click();
  await office.getByLabel("针对").selectOption({ label: "公开时限" });
  await office.getByLabel("意见", { exact: true }).fill("请按部门指引核对时限");
  await office.getByRole("button", { name: "发表意见" }).click();
  await office.getByText("意见已发表").waitFor();
  await sound(office);
  await clerk.goto(address);
  await clerk.getByText("未处理意见 1").waitFor();
  await clerk.getByRole("link", { name: "公开时限：请按部门指引核对时限" }).click();
  await clerk.getByRole("button", { name: "已处理" }).click();
  await clerk.getByText("意见已标为处理完毕").waitFor();
});

test("a department's own catalogue is brought together with its sector's", async () => {
  const clerk = await walk.signIn("minzheng", { viewport: DESKTOP });
  await clerk.goto("/office/catalogues");
  await clerk.getByRole("link", { name: /^对照\s*乌审旗民政局$/ }).click();
  await sound(clerk);
  await clerk.getByRole("heading", { name: "两边说法不一（1）" }).waitFor();
  await clerk.getByText("机构职能—内设机构和联系方式").waitFor();
  const missing = Number((await clerk.getByRole("heading", { name: "领域目录有、本单位目录没有" }).innerText()).match(/\d+/)[0]);
  assert.ok(missing > 10, "two sectors have more");
  await clerk.getByRole("button", { name: "加入本单位目录" }).click();
  await clerk.getByText("选中的事项已加入本单位目录的末尾").waitFor();
  await clerk.getByRole("heading", { name: "领域目录有、本单位目录没有（0）" }).waitFor();
});

test("a catalogue in force is copied as the beginning of another", async () => {
  const clerk = await walk.signIn("galutu", { viewport: PHONE });
  await clerk.goto("/office/catalogues/new");
  await clerk.getByLabel("领域", { exact: true }).selectOption({ label: "养老服务" });
  await clerk.getByRole("radio", { name: "已公布的目录" }).check();
  await clerk.getByRole("combobox", { name: "已公布的目录" }).selectOption({ index: 0 });
  await clerk.getByRole("button", { name: "建立目录" }).click();
  await clerk.getByRole("link", { name: "第1项" }).waitFor();
});

test("a newer guide is uploaded, compared three ways, and followed", async () => {
  const office = await walk.signIn("gongkai", { viewport: DESKTOP });
  await office.goto("/office/catalogues");
  await office.getByRole("row", { name: "户籍管理" }).getByRole("link", { name: "乌审旗公安局" }).click();
  const address = new URL(office.url()).pathname;
  const version = await (await walk.visit()).context().request.get(`${walk.base}${address.replace("/office", "")}/versions/1/catalogue.csv`);
  const now = (await version.text()).split("\n");
  assert.ok(now.length > 10);
  const changed = now.map((line, at) => (at === 3 ? line.replace(/20个工作日/, "9个工作日") : line));
  assert.notDeepEqual(changed, now);
  await office.getByText("国家或上级印发了新的标准指引").click();
  await office.getByLabel("新指引的文件").setInputFiles({ name: "新指引.csv", mimeType: "text/csv", buffer: Buffer.from(changed.join("\n")) });
  await office.getByRole("button", { name: "比对" }).click();
  await office.getByText("上传的标准指引有新的内容").waitFor();
  await sound(office);
  await office.getByRole("heading", { name: "直接采用（1）" }).waitFor();
  await office.getByRole("button", { name: "写入草稿" }).click();
  await office.getByText("已写入草稿").waitFor();
  await office.getByText("9个工作日").first().waitFor();
});
