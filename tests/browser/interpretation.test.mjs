// Policy interpretation: written in sections beside its policy file, approved, published together with it; read as a picture, a
// list on a phone, a handout; the policy's whole way; the rate with the files behind each number.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DESKTOP, PHONE, downloaded, sound, start } from "./harness.mjs";

let walk;
before(async () => { walk = await start(); });
after(async () => { await walk?.stop(); });

const SECTIONS = {
  背景: "牧民反映补助发得晚，新办法提前了发放时间。",
  依据: "《示例条例》（示例发〔2020〕1号）",
  主要内容: "每亩多补两元，发放提前三个月。",
  谁能享受: "承包草场并签了禁牧合同的牧户。",
  怎么办: "1.到嘎查填表\n2.苏木镇核实\n3.打到一卡通",
  何时起: "2020年10月1日起。",
  联系谁: "示例草原站，0477-0000000，工作日8:30—17:30。",
};

/** Every review of a disclosure passes. */
async function approve(link, viewport) {
  for (const login of ["gongkai", "lingdao", "gongkai"]) {
    const reviewer = await walk.signIn(login, { viewport });
    await reviewer.goto(link);
    const pass = reviewer.getByRole("button", { name: /通过$/ });
    while (await pass.count() > 0) {
      await pass.first().click();
      await reviewer.getByText("审查意见已记录").waitFor();
    }
  }
}

for (const [screen, viewport] of [["a desktop", DESKTOP], ["a phone", PHONE]]) {
  test(`on ${screen} a policy file and its interpretation go out together`, async () => {
    const name = `草原补助办法（${screen === "a phone" ? "手机" : "电脑"}示例）`;
    const clerk = await walk.signIn("ziran", { viewport });
    await clerk.goto("/office/disclosures/new?kind=policy");
    await clerk.getByLabel("标题").fill(name);
    await clerk.getByRole("button", { name: "下一步" }).click();
    await clerk.getByRole("group", { name: "解读方案" }).waitFor();
    await sound(clerk);
    await clerk.getByRole("textbox", { name: "正文" }).evaluate((area) => {
      area.innerHTML = "<p>第一条 为了保护草原，制定本办法。</p>";
      area.dispatchEvent(new Event("input", { bubbles: true }));
    });
    await clerk.getByText("已自动保存").waitFor();
    await clerk.getByLabel("主题分类").selectOption("农业、林业、水利");
    await clerk.getByLabel("图解").check();
    await clerk.getByRole("button", { name: "保存", exact: true }).click();
    await clerk.getByText("修改已保存").waitFor();
    await clerk.getByText("文字解读、图解").waitFor();
    const policy = new URL(clerk.url()).pathname;
    await clerk.getByRole("button", { name: "提交审查" }).click();
    await clerk.getByText("已提交审查").waitFor();
    await approve(policy, viewport);

    // Without its interpretation it stays where it is.
    await clerk.goto(policy);
    await clerk.getByText("这件政策文件需要解读").first().waitFor();
    await sound(clerk);
    await clerk.getByRole("button", { name: "现在公开" }).click();
    await clerk.getByText("应当同步组织、同步审签、同步发布").waitFor();

    await clerk.goto(policy);
    await clerk.getByRole("button", { name: "起草解读" }).click();
    await clerk.getByText("解读草稿已建立").waitFor();
    const editor = new URL(clerk.url()).pathname;
    assert.ok(await clerk.getByRole("checkbox", { name: new RegExp(`^${name}`) }).isChecked(), "it is linked");
    await clerk.getByRole("link", { name: "联系谁" }).waitFor();
    await sound(clerk);
    for (const [label, text] of Object.entries(SECTIONS)) {
      await clerk.getByRole("textbox", { name: new RegExp(`^${label}`) }).fill(text);
    }
    await clerk.getByRole("button", { name: "保存", exact: true }).click();
    await clerk.getByText("修改已保存").waitFor();
    await clerk.locator("figure.diagram").waitFor();
    await sound(clerk);

    // What it interprets cannot be itself.
    const own = editor.match(/\d+/)[0];
    await clerk.goto(editor);
    await clerk.locator("input[name=interprets]").first().evaluate((box, id) => { box.value = id; box.checked = true; }, own);
    await clerk.getByRole("button", { name: "保存", exact: true }).click();
    await clerk.getByText("政策文件不能解读它自己").waitFor();

    const interpretation = `/office/disclosures/${own}`;
    await clerk.goto(interpretation);
    await clerk.getByRole("button", { name: "提交审查" }).click();
    await clerk.getByText("已提交审查").waitFor();
    await approve(interpretation, viewport);
    await clerk.goto(policy);
    await clerk.getByText("已审签").waitFor();
    await clerk.getByRole("button", { name: "现在公开" }).click();
    await clerk.getByText("已公开，公众网站即时更新。").waitFor();

    const reader = await walk.visit({ viewport });
    await reader.goto(policy.replace("/office", ""));
    await sound(reader);
    await reader.getByRole("link", { name: `《${name}》政策解读` }).click();
    assert.equal(await reader.locator("meta[name=ColumnType]").getAttribute("content"), "政策解读");
    await reader.getByRole("heading", { name: "一图读懂" }).waitFor();
    const [picture, list] = [reader.locator("figure.diagram svg"), reader.locator(".diagram-list")];
    assert.deepEqual([await picture.isVisible(), await list.isVisible()], screen === "a phone" ? [false, true] : [true, false]);
    assert.match(await picture.getAttribute("aria-label"), /第1步：到嘎查填表；第2步：苏木镇核实/);
    await sound(reader);
    const handout = await downloaded(reader, reader.getByRole("link", { name: /下载一页通/ }));
    assert.match(handout.name, /（一页通）\.pdf$/);
    assert.equal(handout.bytes.subarray(0, 5).toString(), "%PDF-");
    await reader.getByRole("link", { name, exact: true }).click();
    await reader.getByRole("link", { name: /^政策全过程/ }).click();
    for (const stage of ["制定", "发布", "解读", "回应", "公开", "监督"]) {
      await reader.locator(".timeline strong", { hasText: stage }).first().waitFor();
    }
    await reader.getByText("乌审旗自然资源局起草并负责解读").waitFor();
    await sound(reader);
  });

  test(`on ${screen} each number of the rate opens its files`, async () => {
    const office = await walk.signIn("gongkai", { viewport });
    await office.goto("/office/interpretation");
    await sound(office);
    await office.getByRole("link", { name: /教育体育局期限内待解读 1 件/ }).click();
    await office.getByRole("link", { name: /义务教育招生入学工作办法（示例数据）$/ }).waitFor();
    await sound(office);
    const reader = await walk.visit({ viewport });
    await office.getByRole("link", { name: /义务教育招生入学工作办法（示例数据）$/ }).click();
    await reader.goto(new URL(office.url()).pathname.replace("/office", "") + "/chain");
    await reader.getByText("文件先于解读公开的原因：新学期招生在即").waitFor();
    await sound(reader);
  });
}
