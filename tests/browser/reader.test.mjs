// What readers send, and where a disclosure goes after the portal: an error reported and answered, a subscription asked
// for, an account noted, another system registered.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DESKTOP, PHONE, sound, start } from "./harness.mjs";

let walk;
before(async () => { walk = await start(); });
after(async () => { await walk?.stop(); });

for (const [screen, viewport] of [["a desktop", DESKTOP], ["a phone", PHONE]]) {
  test(`on ${screen} a reader reports an error without JavaScript and finds the answer`, async () => {
    const reader = await walk.visit({ viewport, javaScriptEnabled: false });
    await reader.goto("/disclosures/2");
    await reader.getByRole("link", { name: "本页内容有误？告诉我们" }).click();
    assert.equal(await reader.getByLabel("有误的页面").inputValue(), "/disclosures/2");
    await reader.getByLabel("问题种类").selectOption("link");
    await reader.getByLabel("哪里有误").fill(`附件打不开（${viewport.width}）`);
    await reader.getByLabel("联系方式（可以不填）").fill("13812345678");
    await reader.getByRole("button", { name: "提交" }).click();
    await reader.getByText("待核实").waitFor();
    const code = await reader.locator(".lead .number").innerText();
    assert.match(code, /^[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}$/);

    const office = await walk.signIn("gongkai", { viewport });
    await office.goto("/office");
    await office.getByRole("link", { name: "去核实" }).click();
    await sound(office);
    await office.getByRole("link", { name: new RegExp(`附件打不开（${viewport.width}）`) }).click();
    await sound(office);
    await office.getByText("13812345678").waitFor();
    await office.getByLabel("已改正").check();
    await office.getByLabel("答复内容").fill("附件已重新上传。");
    await office.getByRole("button", { name: "答复" }).click();
    await office.getByText("已答复，提交人凭编号可以看到").waitFor();

    const again = await walk.visit({ viewport });
    await again.goto("/error-reports");
    await sound(again);
    await again.getByLabel("编号").fill(code.toLowerCase().replaceAll("-", ""));
    await again.getByRole("button", { name: "查看" }).click();
    await again.getByText("附件已重新上传。").waitFor();
    await sound(again);
    assert.equal(await again.getByText("13812345678").count(), 0);
  });

  test(`on ${screen} a reader asks for mail about what this page is about`, async () => {
    const reader = await walk.visit({ viewport });
    await reader.goto("/disclosures/2");
    await reader.getByRole("link", { name: "订阅同类信息" }).click();
    await sound(reader);
    assert.notEqual(await reader.getByLabel("发布机构").inputValue(), "", "the page's unit is chosen already");
    await reader.getByLabel("电子邮箱").fill("name@example");
    await reader.getByRole("button", { name: "订阅", exact: true }).click();
    await reader.getByRole("alert").getByText("电子邮箱地址写法不对").waitFor();
    await sound(reader);
    await reader.getByLabel("电子邮箱").fill(`reader${viewport.width}@example.com`);
    await reader.getByRole("button", { name: "订阅", exact: true }).click();
    await reader.getByRole("heading", { name: "请查收确认邮件" }).waitFor();
    await sound(reader);
  });
}

test("a disclosure is noted as forwarded, and another system is told", async () => {
  const office = await walk.signIn("gongkai", { viewport: PHONE });
  await office.goto("/office/disclosures/2/share");
  await sound(office);
  const account = office.getByLabel("账号", { exact: true });
  await account.selectOption({ index: 0 });
  const [, name] = (await account.locator("option").first().textContent()).split("　");
  await office.getByLabel("链接", { exact: true }).fill("https://mp.example.invalid/s/1");
  await office.getByRole("button", { name: "登记" }).click();
  await office.getByText("转发情况已登记").waitFor();
  await office.getByRole("row", { name: new RegExp(`${name}.*已发布`) }).waitFor();
  await sound(office);

  await office.goto("/office/webhooks");
  await sound(office);
  await office.getByLabel("对方系统名称").fill("示例办公系统");
  await office.getByLabel("接收地址").fill("http://127.0.0.1:9/hook");
  await office.getByRole("button", { name: "登记" }).click();
  await office.getByText(/^whsec_/).waitFor();
  await sound(office);
  await office.getByRole("link", { name: "已经复制，查看推送地址" }).click();
  await sound(office);
  await office.getByRole("button", { name: "更换签名密钥" }).click();
  await office.getByText(/^whsec_/).waitFor();
  await office.getByRole("link", { name: "已经复制，查看推送地址" }).click();
  await office.getByRole("button", { name: "停用" }).click();
  await office.getByRole("button", { name: "启用" }).waitFor();
  await office.getByRole("button", { name: "删除" }).click();
  await office.getByText("推送地址已删除").waitFor();
});

test("a document is read aloud where the browser can", async () => {
  const reader = await walk.visit({ viewport: PHONE });
  await reader.goto("/disclosures/2");
  await reader.getByRole("button", { name: "朗读全文" }).click();
  await reader.getByRole("button", { name: "停止朗读" }).waitFor();
  await sound(reader);
  await reader.getByRole("button", { name: "停止朗读" }).click();
  await reader.getByRole("button", { name: "朗读全文" }).waitFor();
});
