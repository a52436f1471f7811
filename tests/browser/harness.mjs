// The walks' ground: starts the program as a demonstration with its own data and port, and a Chromium beside it.
// Every page is watched: a script error, a breach of the content policy or a status of 500 fails the walk.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

export const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 360, height: 740 };
export const PASSWORD = "Yanshi-2026";

const START_PATIENCE = 120_000;
const STEP_PATIENCE = 15_000;
const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];
const axeSource = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Starts program and browser; end both with `stop()`. */
export async function start() {
  const folder = await mkdtemp(join(tmpdir(), "gongkai-walk-"));
  const program = process.env.GONGKAI ?? new URL("../../target/debug/gongkai", import.meta.url).pathname;
  const child = spawn(program, ["demo", "--data", join(folder, "data"), "--port", "0", "--smtp", "127.0.0.1:9"], {
    env: { ...process.env, RUST_LOG: "error" },
  });
  let said = "";
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const base = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the program did not start:\n${said}`)), START_PATIENCE);
    const read = (bytes) => {
      said += bytes;
      const address = said.match(/http:\/\/127\.0\.0\.1:\d+(?=\/office)/);
      if (address) {
        clearTimeout(timer);
        resolve(address[0]);
      }
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("error", reject);
    ended.then((code) => reject(new Error(`the program ended with ${code}:\n${said}`)));
  });
  await healthy(base);
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", headless: true, args: FLAGS });
  const ground = { base, browser, faults: [], states: new Map() };
  return {
    base,
    /** A page of nobody; `options` as Playwright's contexts take them. */
    visit: (options = {}) => page(ground, { viewport: DESKTOP, ...options }),
    /** A page of somebody signed in. */
    signIn: (login, options = {}) => signedIn(ground, login, { viewport: DESKTOP, ...options }),
    async stop() {
      await browser.close();
      child.kill("SIGTERM");
      await ended;
      await rm(folder, { recursive: true, force: true });
      assert.deepEqual(ground.faults, [], "faults seen in the browser or the server");
    },
  };
}

async function healthy(base) {
  for (const until = Date.now() + START_PATIENCE; Date.now() < until; ) {
    const answer = await fetch(`${base}/healthz`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the program does not answer /healthz");
}

async function page(ground, options) {
  const context = await ground.browser.newContext({ baseURL: ground.base, locale: "zh-CN", ...options });
  context.setDefaultTimeout(STEP_PATIENCE);
  const made = await context.newPage();
  made.on("pageerror", (error) => ground.faults.push(`${made.url()}: ${error}`));
  made.on("console", (message) => {
    // A refused form is an answer, not a fault; the status of every answer is looked at below.
    const refused = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !refused) ground.faults.push(`${made.url()}: ${message.text()}`);
  });
  made.on("response", (answer) => {
    if (answer.status() >= 500) ground.faults.push(`${answer.url()} answered ${answer.status()}`);
  });
  // Acts that cannot be taken back are asked about; people say yes.
  made.on("dialog", (dialog) => dialog.accept());
  return made;
}

async function signedIn(ground, login, options) {
  const made = await page(ground, { ...options, storageState: ground.states.get(login) });
  await made.goto("/office");
  // A walk may have signed this person out in the meantime.
  if (new URL(made.url()).pathname === "/office") return made;
  await enter(made, login, PASSWORD);
  await made.waitForURL("**/office");
  ground.states.set(login, await made.context().storageState());
  return made;
}

/** Fills in the sign-in form that the page shows. */
export async function enter(page, login, password) {
  await page.getByLabel("登录名").fill(login);
  await page.getByLabel("密码").fill(password);
  await page.getByRole("button", { name: "登录" }).click();
}

/** What a page must be on any screen: nothing serious for axe, no scrolling sideways. */
export async function sound(page) {
  await noSideways(page);
  await accessible(page);
}

/** Fails on what axe calls serious or critical. */
export async function accessible(page) {
  await page.evaluate(axeSource);
  const result = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  const grave = result.violations.filter((violation) => ["serious", "critical"].includes(violation.impact));
  const words = grave.map((violation) => {
    const places = violation.nodes.slice(0, 3).map((node) => `    ${node.html}\n      ${node.failureSummary ?? ""}`);
    return `${violation.id}: ${violation.help}\n${places.join("\n")}`;
  });
  assert.equal(grave.length, 0, `${page.url()} keeps people out:\n${words.join("\n")}`);
}

/** Fails when the page scrolls sideways, naming what sticks out. */
export async function noSideways(page) {
  const out = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const wide = [...document.body.querySelectorAll("*")].filter((one) => one.getBoundingClientRect().right > width + 1);
    return [`${document.documentElement.scrollWidth} of ${width}`, ...wide.slice(0, 5).map((one) => one.outerHTML.slice(0, 120))];
  });
  assert.deepEqual(out, [], `${page.url()} scrolls sideways`);
}

/** Presses what starts a download and returns its bytes. */
export async function downloaded(page, link) {
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

/** A table as an office would send it, as a web page; each row: number, task, content, units, due. */
export function table(title, rows) {
  const header = ["序号", "主要任务", "具体内容", "责任单位", "完成时限"];
  const line = (cells, tag) => `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join("")}</tr>`;
  const body = [line(header, "th"), ...rows.map((row) => line(row, "td"))].join("\n");
  const text = `<!DOCTYPE html><html><head><meta charset="utf-8"><title>${title}</title></head><body><h1>${title}</h1><table>${body}</table></body></html>`;
  return { name: `${title}.html`, mimeType: "text/html", buffer: Buffer.from(text) };
}
