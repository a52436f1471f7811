// Every page there is, found by following links as a crawler does: the W3C's HTML checker finds no error in it, no link
// leads nowhere, and the portal's pages bear the labels of 《政府网站发展指引》.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { start } from "./harness.mjs";

const CHECKER = createRequire(import.meta.url).resolve("vnu-jar/build/dist/vnu.jar");
/** Pages of one shape that are looked at: `/disclosures/7` and `/disclosures/8` are made by one template. */
const ALIKE_MAX = 3;
const PAGES_MAX = 400;

let walk;
before(async () => { walk = await start(); });
after(async () => { await walk?.stop(); });

/** The shape of an address: its numbers and codes taken out, of its query only the names. */
function shape(url) {
  const path = url.pathname.split("/").map((part) => (/\d/.test(part) ? "#" : part)).join("/");
  return `${path}?${[...new Set(url.searchParams.keys())].sort().join("&")}`;
}

/** Follows links from some addresses; the pages that are HTML, by address, and what each address answered. */
async function crawl(page, from, allowed) {
  const waiting = from.map((path) => [path, "the start"]);
  const seen = new Set(from);
  const shapes = new Map();
  const pages = new Map();
  const broken = [];
  while (waiting.length && pages.size < PAGES_MAX) {
    const [path, by] = waiting.shift();
    const answer = await page.request.get(path, { maxRedirects: 5, failOnStatusCode: false });
    // What was taken back answers with a tombstone.
    if (answer.status() >= 400 && answer.status() !== 410) broken.push(`${answer.status()} ${path} (linked from ${by})`);
    if (!(answer.headers()["content-type"] ?? "").startsWith("text/html")) continue;
    const html = await answer.text();
    pages.set(path, html);
    const links = html.matchAll(/<a\b[^>]*?\bhref="([^"]+)"/g);
    for (const [, link] of links) {
      const url = new URL(link.replaceAll(/&(amp|#38);/g, "&"), new URL(path, walk.base));
      const address = url.pathname + url.search;
      if (url.origin !== walk.base || seen.has(address) || !allowed(url)) continue;
      const alike = shapes.get(shape(url)) ?? 0;
      if (alike >= ALIKE_MAX) continue;
      shapes.set(shape(url), alike + 1);
      seen.add(address);
      waiting.push([address, path]);
    }
  }
  assert.deepEqual(broken, [], "links that lead nowhere");
  return pages;
}

/** Fails on what the checker calls an error. */
async function checked(pages) {
  const folder = await mkdtemp(join(tmpdir(), "gongkai-markup-"));
  const names = new Map();
  for (const [path, html] of pages) {
    const name = join(folder, `${names.size}.html`);
    names.set(name, path);
    await writeFile(name, html);
  }
  const run = promisify(execFile)("java", ["-Xss8m", "-jar", CHECKER, "--errors-only", "--format", "json", "--exit-zero-always", ...names.keys()], { maxBuffer: 64_000_000 });
  const { stderr } = await run;
  await rm(folder, { recursive: true, force: true });
  const found = JSON.parse(stderr).messages.map((one) => {
    const path = names.get(new URL(one.url).pathname) ?? one.url;
    return `${path}:${one.lastLine}: ${one.message}\n    ${one.extract?.trim()}`;
  });
  assert.equal(found.length, 0, `${found.length} errors in the markup:\n${found.slice(0, 20).join("\n")}`);
}

test("every page of the portal is sound markup with its labels, and no link leads nowhere", async () => {
  const page = await walk.visit();
  const pages = await crawl(page, ["/"], (url) => !url.pathname.startsWith("/office"));
  for (const path of ["/", "/disclosures", "/catalogues", "/plans", "/log", "/map", "/about", "/datasets", "/subscriptions", "/search"]) {
    assert.ok([...pages.keys()].some((found) => found.split("?")[0] === path), `${path} is reached by links`);
  }
  const label = (html, name) => html.match(new RegExp(`<meta name="${name}" content="([^"]*)">`))?.[1];
  for (const [path, html] of pages) {
    assert.ok(label(html, "SiteName") && label(html, "SiteDomain"), `${path} names the site`);
    assert.match(label(html, "SiteIDCode") ?? "", /^\d{10}$/, path);
    if (/^\/disclosures\/\d+$/.test(path) && html.includes("article-title")) {
      for (const name of ["ArticleTitle", "ContentSource", "ColumnName", "ColumnType"]) assert.ok(label(html, name), `${path} lacks ${name}`);
      assert.match(label(html, "PubDate"), /^\d{4}-\d\d-\d\d \d\d:\d\d$/, path);
    }
    if (/^\/($|disclosures(\?|$)|catalogues(\?|$)|plans(\?|$)|datasets|search(\?|$)|log(\?|$)|about|map|subscriptions$|error-reports)/.test(path) && !/^\/error-reports\/./.test(path)) {
      for (const name of ["ColumnName", "ColumnType"]) assert.ok(label(html, name), `${path} lacks ${name}`);
    }
  }
  await checked(pages);
});

test("every page of the office is sound markup and no link leads nowhere", async () => {
  const page = await walk.signIn("gongkai");
  const pages = await crawl(page, ["/office"], (url) => url.pathname.startsWith("/office") && !url.pathname.includes("sign-out"));
  assert.ok(pages.size > 40, `${pages.size} pages`);
  await checked(pages);
});
