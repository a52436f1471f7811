// A disclosure from its first word to its tombstone: written as pasted from Word, kept while it is written, reviewed by
// somebody else, public at once with its labels, revised with the difference shown, taken back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DESKTOP, PHONE, sound, start } from "./harness.mjs";

let walk;
before(async () => { walk = await start(); });
after(async () => { await walk?.stop(); });

const WORD = `<h1 style="color:red">一、发放范围</h1><p class=MsoNormal><span style="font-family:仿宋">符合条件的<b>示例</b>家庭。</span></p><table border=1><tr><td colspan=2>示例苏木</td></tr><tr><td>12</td><td>户</td></tr></table><script>document.title = "坏了"</script><p onclick="x()">　</p>`;

for (const [screen, viewport] of [["a desktop", DESKTOP], ["a phone", PHONE]]) {
  test(`on ${screen} a disclosure is written, reviewed, published, revised and taken back`, async () => {
    const title = `临时救助金发放公告${viewport.width}（示例数据）`;
    const clerk = await walk.signIn("minzheng", { viewport });
    await clerk.goto("/office/disclosures");
    await sound(clerk);
    await clerk.getByRole("link", { name: "新建公开信息" }).click();
    await sound(clerk);
    await clerk.getByLabel("标题").fill(title);
    await clerk.getByLabel("信息种类").selectOption("list");
    await clerk.getByRole("button", { name: "下一步" }).click();
    await clerk.getByText("没有正文，也没有附件").waitFor();
    await sound(clerk);

    await clerk.getByRole("textbox", { name: "正文" }).evaluate((area, pasted) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/html", pasted);
      area.focus();
      area.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    }, WORD);
    await clerk.getByText("已自动保存").waitFor();
    await clerk.reload();
    await clerk.getByRole("textbox", { name: "正文" }).getByText("符合条件的").waitFor();
    await clerk.getByLabel("主题分类").selectOption("民政、扶贫、救灾");
    await clerk.getByRole("checkbox").first().check();
    await clerk.getByRole("button", { name: "保存" }).click();
    await clerk.getByText("修改已保存").waitFor();
    await sound(clerk);
    const office = clerk.url();
    await clerk.getByRole("link", { name: "编辑" }).click();
    await clerk.getByLabel("选择文件").setInputFiles({ name: "名单.csv", mimeType: "text/csv", buffer: Buffer.from("序号,户数\n1,12\n") });
    await clerk.getByRole("button", { name: "上传附件" }).click();
    await clerk.getByRole("link", { name: "名单.csv" }).waitFor();
    await clerk.goto(new URL(office).pathname);
    await clerk.getByRole("button", { name: "提交审查" }).click();
    await clerk.getByText("已提交审查").waitFor();
    assert.equal(await clerk.getByRole("button", { name: "保密审查通过" }).count(), 0, "who writes does not review");

    const path = new URL(office).pathname;
    const page = path.replace("/office", "");
    const visitor = await walk.visit({ viewport });
    assert.equal((await visitor.goto(page)).status(), 404, "nothing is public yet");

    const reviewer = await walk.signIn("gongkai", { viewport });
    await reviewer.goto(path);
    await sound(reviewer);
    await reviewer.getByLabel("审查意见").fill("不涉密");
    await reviewer.getByRole("button", { name: "保密审查通过" }).click();
    await reviewer.getByText("审查意见已记录").waitFor();
    await reviewer.getByRole("button", { name: "签发通过" }).click();
    await reviewer.getByRole("row", { name: /保密审查.*通过.*不涉密/ }).waitFor();

    await clerk.reload();
    await clerk.getByRole("button", { name: "现在公开" }).click();
    await clerk.getByText("已公开，公众网站即时更新").waitFor();

    assert.equal((await visitor.goto(page)).status(), 200);
    await sound(visitor);
    const label = (name) => visitor.locator(`meta[name=${name}]`).getAttribute("content");
    assert.equal(await label("ArticleTitle"), title);
    assert.match(await label("PubDate"), /^2020-09-2\d \d\d:\d\d$/);
    assert.equal(await label("ContentSource"), "乌审旗民政局");
    assert.match(await visitor.getByRole("row", { name: "索引号" }).first().innerText(), /150626-\d+\/2020-\d{5}/);
    await visitor.getByRole("heading", { name: "一、发放范围", level: 2 }).waitFor();
    assert.equal(await visitor.getByRole("cell", { name: "示例苏木" }).getAttribute("colspan"), "2");
    assert.equal(await visitor.locator(".article-body [style], .article-body [class], .article-body script").count(), 0);
    assert.match(await visitor.title(), new RegExp(title.replace(/[（）]/g, ".")), "no script has run");
    const file = await visitor.request.get(await visitor.getByRole("link", { name: "名单.csv", exact: true }).getAttribute("href"));
    assert.equal(await file.text(), "序号,户数\n1,12\n");
    await visitor.goto("/disclosures?kind=list");
    await visitor.getByRole("link", { name: title }).waitFor();
    await visitor.goto(page);
    await visitor.getByRole("link", { name: /预览.*名单.csv/ }).click();
    await visitor.getByText("户数").first().waitFor();
    await sound(visitor);
    await visitor.goto("/");
    await visitor.getByRole("link", { name: title }).first().waitFor();
    // The index follows within a moment.
    for (let turn = 0; turn < 50; turn++) {
      await visitor.goto(`/search?q=${encodeURIComponent(title)}`);
      if (await visitor.locator(`.hits a[href="${page}"]`).count()) break;
      await visitor.waitForTimeout(200);
    }
    await visitor.locator(`.hits a[href="${page}"] mark`).first().waitFor();
    await sound(visitor);
    await visitor.goto(page);
    await visitor.getByText("公开存证：第").waitFor();
    const proof = await visitor.request.get(await visitor.getByRole("link", { name: "下载证明" }).getAttribute("href"));
    assert.match(await proof.text(), /^c2sp.org\/tlog-proof@v1\n/);
    await visitor.goto("/");
    const feed = await (await visitor.request.get("/disclosures/feed/json")).json();
    assert.equal(feed.items[0].title, title);
    const told = await (await visitor.request.get(page)).text();
    const structured = JSON.parse(told.match(/<script type="application\/ld\+json">(.*?)<\/script>/)[1]);
    assert.equal(structured.publisher.name, "乌审旗民政局");
    assert.match(await (await visitor.request.get("/sitemap.xml")).text(), new RegExp(`${page}</loc>`));

    await clerk.getByText("修订", { exact: true }).click();
    await clerk.getByLabel("修订原因").fill("更正户数");
    await clerk.getByRole("button", { name: "开始修订" }).click();
    await clerk.getByRole("link", { name: "编辑" }).click();
    await clerk.getByRole("textbox", { name: "正文" }).evaluate((area) => {
      area.innerHTML = area.innerHTML.replace("12", "13");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    });
    await clerk.getByRole("button", { name: "保存" }).click();
    await clerk.getByText("修改已保存").waitFor();
    await clerk.getByRole("heading", { name: "与现行版本相比" }).waitFor();
    await sound(clerk);
    await clerk.getByRole("button", { name: "提交审查" }).click();
    await reviewer.goto(path);
    await reviewer.getByRole("button", { name: "保密审查通过" }).click();
    await reviewer.getByRole("button", { name: "签发通过" }).click();
    await clerk.goto(path);
    await clerk.getByRole("button", { name: "现在公开" }).click();
    await visitor.goto(`${page}/versions/2/changes`);
    await sound(visitor);
    assert.equal(await visitor.locator(".changed-text ins").innerText(), "3");
    assert.equal(await visitor.locator(".changed-text del").innerText(), "2");

    await reviewer.goto(path);
    await reviewer.getByText("撤回", { exact: true }).first().click();
    await reviewer.getByLabel("撤回原因").fill("与另一条重复");
    await reviewer.getByRole("button", { name: "撤回" }).click();
    await reviewer.getByText("原地址保留撤回日期和原因").waitFor();
    assert.equal((await visitor.goto(page)).status(), 410);
    await sound(visitor);
    await visitor.getByText("与另一条重复").waitFor();
    assert.equal((await visitor.goto(`${page}/versions/1`)).status(), 410, "old versions go with it");
  });
}

test("what fell due begins its own disclosure", async () => {
  const clerk = await walk.signIn("minzheng", { viewport: DESKTOP });
  await clerk.goto("/office/obligations?standing=due_soon");
  await clerk.getByRole("table").getByRole("link").first().click();
  await clerk.getByRole("link", { name: "撰写并公开" }).click();
  await clerk.getByText("公开后，这一事项自动登记为已公开").waitFor();
  await clerk.getByLabel("标题").fill("到期事项公开（示例数据）");
  await clerk.getByRole("button", { name: "下一步" }).click();
  await clerk.getByRole("checkbox", { checked: true }).first().waitFor();
  await clerk.getByRole("button", { name: "删除草稿" }).click();
  await clerk.getByText("草稿已删除").waitFor();
});

for (const [screen, viewport] of [["a desktop", DESKTOP], ["a phone", PHONE]]) {
  test(`on ${screen} personal data is found, masked, or left with a reason before anything goes on`, async () => {
    const clerk = await walk.signIn("minzheng", { viewport });
    await clerk.goto("/office/disclosures/new");
    await clerk.getByLabel("标题").fill(`救助名单核对${viewport.width}（示例数据）`);
    await clerk.getByRole("button", { name: "下一步" }).click();
    await clerk.getByRole("textbox", { name: "正文" }).evaluate((area, text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/html", text);
      area.focus();
      area.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    }, "<p>张某某，身份证号11010519491231<b>002X</b>，领取补帖600元。</p><p>联系人手机13812345678。</p>");
    await clerk.getByText("已自动保存").waitFor();
    await clerk.getByLabel("主题分类").selectOption("民政、扶贫、救灾");
    await clerk.getByRole("button", { name: "保存" }).click();
    await clerk.getByText("修改已保存").waitFor();
    const path = new URL(clerk.url()).pathname;
    await clerk.goto(`${path}/edit`);
    await clerk.getByLabel("选择文件").setInputFiles([
      { name: "名单.csv", mimeType: "text/csv", buffer: Buffer.from("姓名,电话\n张某某,13912345678\n") },
      { name: "说明.html", mimeType: "text/html", buffer: Buffer.from("<p>说明</p><!-- 内部批注 -->") },
    ]);
    await clerk.getByRole("button", { name: "上传附件" }).click();
    await clerk.getByRole("link", { name: "名单.csv" }).waitFor();
    await clerk.getByLabel("选择文件").setInputFiles({ name: "假.pdf", mimeType: "application/pdf", buffer: Buffer.from("不是PDF") });
    await clerk.getByRole("button", { name: "上传附件" }).click();
    await clerk.getByText("文件名的后缀是“.pdf”").waitFor();

    await clerk.goto(path);
    await clerk.getByText("处必须处理").waitFor();
    await sound(clerk);
    await clerk.getByRole("button", { name: "提交审查" }).click();
    await clerk.getByText("没有遮盖的身份证号").waitFor();
    await clerk.goto(`${path}/scan`);
    await sound(clerk);
    await clerk.getByRole("row", { name: /身份证号.*正文第1段/ }).waitFor();
    await clerk.locator("#mark-1").waitFor();
    await clerk.getByRole("row", { name: /手机号.*第2行/ }).waitFor();
    await clerk.getByRole("row", { name: /批注.*网页源代码/ }).waitFor();
    await clerk.getByRole("checkbox", { name: /手机号.*正文第2段/ }).check();
    await clerk.getByRole("button", { name: "说明理由，保留选中的" }).click();
    await clerk.getByText("请写明保留的理由").waitFor();
    await clerk.goto(`${path}/scan`);
    await clerk.getByRole("checkbox", { name: /手机号.*正文第2段/ }).check();
    await clerk.getByLabel("保留选中的，理由").fill("是对外公布的值班手机");
    await clerk.getByRole("button", { name: "说明理由，保留选中的" }).click();
    await clerk.getByText("保留：是对外公布的值班手机").waitFor();
    await clerk.getByRole("checkbox", { name: /错别字.*补帖/ }).check();
    await clerk.getByRole("button", { name: "遮盖或改正选中的" }).click();
    await clerk.getByText("已遮盖、改正选中的内容").waitFor();
    assert.equal(await clerk.getByText("补帖").count(), 0);
    await clerk.getByRole("checkbox", { name: /身份证号/ }).check();
    await clerk.getByRole("checkbox", { name: /名单|第2行/ }).first().check();
    await clerk.getByRole("checkbox", { name: /批注/ }).check();
    await clerk.getByRole("button", { name: "遮盖或改正选中的" }).click();
    await clerk.getByText("没有发现必须处理的内容").waitFor();
    await sound(clerk);
    await clerk.getByText("110105********002X").waitFor();
    await clerk.goto(`${path}`);
    const file = await clerk.request.get(await clerk.getByRole("link", { name: "名单.csv" }).getAttribute("href"));
    assert.equal(await file.text(), "姓名,电话\n张某某,139****5678\n");
    await clerk.getByRole("button", { name: "提交审查" }).click();
    await clerk.getByText("已提交审查").waitFor();
  });
}

test("the office keeps its own list of words", async () => {
  const office = await walk.signIn("gongkai", { viewport: PHONE });
  await office.goto("/office/wording");
  await sound(office);
  await office.getByLabel("词语").fill("示例错词");
  await office.getByLabel("正确写法").fill("示例正词");
  await office.getByRole("button", { name: "添加" }).click();
  await office.getByText("词表已更新").waitFor();
  await office.getByRole("button", { name: /停用.*示例错词/ }).click();
  await office.getByRole("button", { name: /恢复.*示例错词/ }).waitFor();
  await sound(office);
});
