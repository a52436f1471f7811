// People: signing in, being locked out, the administrators' own rooms.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PASSWORD, PHONE, enter, sound, start } from "./harness.mjs";

let walk;
before(async () => { walk = await start(); });
after(async () => { await walk?.stop(); });

test("five wrong passwords lock an account, and the page says for how long", async () => {
  const page = await walk.visit({ viewport: PHONE });
  await page.goto("/office");
  await sound(page);
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    await enter(page, "minzheng", `wrong-${attempt}-Password`);
    await page.getByRole("alert").waitFor();
  }
  await enter(page, "minzheng", PASSWORD);
  await page.getByRole("alert").waitFor();
  assert.match(await page.getByRole("alert").innerText(), /锁定/);
  await sound(page);
  await page.goto("/office");
  await page.getByRole("button", { name: "登录" }).waitFor();
});

test("signing out ends the session everywhere it was kept", async () => {
  const page = await walk.signIn("shenji");
  const kept = await page.context().cookies();
  await page.getByRole("button", { name: "退出" }).click();
  await page.getByRole("button", { name: "登录" }).waitFor();
  await page.context().addCookies(kept);
  await page.goto("/office");
  await page.getByRole("button", { name: "登录" }).waitFor();
});

test("a form from another site is refused", async () => {
  const page = await walk.signIn("gongkai");
  const sent = await page.request.post("/office/assignments/1/comments", {
    form: { text: "从别处来" }, headers: { Origin: "http://elsewhere.invalid" }, maxRedirects: 0,
  });
  assert.equal(sent.status(), 403);
});

for (const [login, rooms, closed] of [
  ["guanli", ["/office/users", "/office/units"], "/office/journal"],
  ["anquan", ["/office/users"], "/office/plans/import"],
  ["shenji", ["/office/journal", "/office/journal/verify"], "/office/users"],
]) {
  test(`${login} has own rooms and no others`, async () => {
    const page = await walk.signIn(login);
    for (const room of rooms) {
      assert.equal((await page.goto(room)).status(), 200, room);
      await sound(page);
      await page.setViewportSize(PHONE);
      await sound(page);
    }
    assert.equal((await page.goto(closed)).status(), 403, closed);
    await sound(page);
  });
}
