// node firefox.mjs FIREFOX FILE: the page in Firefox, by WebDriver BiDi: a sample with its statistics and a filter, links
// of 2,000 and 32,000 characters, a live server, and a file of many times FILE's size with damage between, to its last
// event.

import { strict as assert } from "node:assert";
import { unlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import puppeteer from "puppeteer-core";
import { bytesAt, hasRoom, writeHuge } from "./bench-huge.mjs";
import { live } from "./firefox-live.mjs";
import { longLink } from "./long-links.mjs";
import { startServer } from "./machine.mjs";

const until = (page, what, argument, timeout = 30_000) => page.waitForFunction(what, { timeout, polling: 50 }, argument);

const text = (page, selector) => page.$eval(selector, (element) => element.textContent);

/** An event is selected, with its fields and bytes. */
const ready = (page) =>
  until(page, () => {
    const one = (selector) => document.querySelector(selector);
    return one('[role="treegrid"] [role="row"][aria-selected="true"]') && one('[role="treeitem"]') && one("[data-offset][role=gridcell]");
  });

async function sample(page) {
  await ready(page);
  await until(page, () => document.querySelector('[aria-label="About this file"]')?.textContent.includes("CRC32 ✓"));
  await (await page.$('[role="tab"]::-p-text(Statistics)')).click();
  await until(page, () => /WRITE_ROWS/.test(document.querySelector('[role="tabpanel"]:not([hidden])')?.textContent ?? ""));
  await (await page.$('[role="tab"]::-p-text(Fields)')).click();
  await page.type("#filter", "type:WRITE_ROWS");
  await page.keyboard.press("Enter");
  await until(page, () => document.querySelector(".found")?.getAttribute("aria-busy") === "false");
  assert.match(await text(page, ".found"), /^\d+ of \d+ transactions/);
}

/** The bytes of the pane from an offset on, as they are drawn. */
const drawn = ([offset, length]) =>
  [...document.querySelectorAll('[role="gridcell"][data-offset]')]
    .filter((cell) => cell.dataset.offset >= offset && cell.dataset.offset < offset + length)
    .filter((cell) => /^[0-9a-f]{2}$/.test(cell.textContent))
    .map((cell) => Number.parseInt(cell.textContent, 16));

/** A link that carries its bytes opens at its event, in a window that has nothing else. */
async function link(browser, url, limit) {
  const { address, bytes, event } = longLink(url, limit);
  assert.ok(address.length > limit * 0.95 && address.length <= limit, `${address.length} of ${limit} characters`);
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport({ width: 1440, height: 900 });
  await page.goto(address);
  await ready(page);
  const selected = (start) =>
    document.querySelector(`[role="treegrid"] [role="row"][aria-selected="true"][data-offset="${start}"]`) &&
    document.querySelector(`[role="treeitem"][data-start="${start}"]`) &&
    document.querySelector(`[role="gridcell"][data-offset="${start}"]`);
  await until(page, selected, event.start);
  const wanted = [...bytes.subarray(event.start, event.end)];
  assert.deepEqual(await page.evaluate(drawn, [event.start, wanted.length]), wanted);
  assert.equal(await page.evaluate(() => location.href.length), address.length);
  await context.close();
  console.log(`a link of ${address.length} characters: ok`);
}

async function huge(page, path) {
  const large = join(dirname(path), "huge-firefox.binlog");
  try {
    const copies = writeHuge(path, large);
    await page.evaluate(() => {
      const input = document.createElement("input");
      input.type = "file";
      input.id = "file-of-the-test";
      document.body.append(input);
    });
    await (await page.$("#file-of-the-test")).uploadFile(large);
    const begun = performance.now();
    await page.evaluate(() => {
      const input = document.querySelector("#file-of-the-test");
      input.hidden = true;
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(input.files[0]);
      document.querySelector("main").dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
    });
    const named = (name) => document.querySelector('[aria-label="About this file"]')?.textContent.includes(name);
    await until(page, named, basename(large));
    await ready(page);
    const rows = performance.now() - begun;
    const walked = () => {
      const progress = document.querySelector('[role="progressbar"][aria-label="Indexing"]');
      const facts = document.querySelector('[aria-label="About this file"]')?.textContent ?? "";
      return !(progress?.checkVisibility() ?? false) && /damaged/.test(facts);
    };
    await until(page, walked, undefined, 900_000);
    const walk = performance.now() - begun;
    await (await page.$('button[aria-pressed]::-p-text(Plain)')).click();
    await page.focus('[role="treegrid"]');
    await page.keyboard.press("End");
    const last = copies.at(-1);
    const start = () => Number(document.querySelector('[role="treeitem"]')?.dataset.start);
    await until(page, (last) => Number(document.querySelector('[role="treeitem"]')?.dataset.start) > last, last);
    const offset = await page.evaluate(start);
    await until(page, (offset) => document.querySelector(`[role="gridcell"][data-offset="${offset}"]`), offset);
    assert.deepEqual(await page.evaluate(drawn, [offset, 19]), bytesAt(path, offset - last, 19));
    console.log(`${basename(large)}: first rows ${rows.toFixed(0)} ms, walked ${(walk / 1000).toFixed(1)} s, last event at ${offset}`);
  } finally {
    unlinkSync(large);
  }
}

const [firefox, file] = process.argv.slice(2);
const launch = (preferences) =>
  puppeteer.launch({ browser: "firefox", executablePath: firefox, headless: true, extraPrefsFirefox: preferences });
await live((folder) => launch({ "browser.download.folderList": 2, "browser.download.dir": folder }));
const server = await startServer();
const browser = await launch({});
try {
  const page = await browser.newPage();
  await page.setViewport({ width: 1440, height: 900 });
  const complaints = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(server.url);
  await sample(page);
  console.log("sample, statistics and filter: ok");
  for (const limit of [2_000, 32_000]) await link(browser, server.url, limit);
  if (file && !hasRoom(file)) console.log("16 GiB: skipped, the disk has no room for it");
  else if (file) {
    await page.goto("about:blank");
    await page.goto(server.url);
    await ready(page);
    await huge(page, file);
  }
  assert.deepEqual(complaints, []);
} finally {
  await browser.close();
  await server.stop();
}
