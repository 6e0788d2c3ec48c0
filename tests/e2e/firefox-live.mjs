// The page in Firefox over a live server: rows as they are written, the column's bytes, the conversation, and what the
// page recorded, opened as a file.

import { strict as assert } from "node:assert";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasDatabase, startDatabase } from "./database.mjs";
import { startServer } from "./machine.mjs";

const SERVER = "mysql-9.7";

const until = (page, what, argument, timeout = 30_000) => page.waitForFunction(what, { timeout, polling: 50 }, argument);

const press = async (page, role, name) => (await page.waitForSelector(`::-p-aria([name="${name}"][role="${role}"])`)).click();

const inState = (page, wanted) =>
  until(page, (wanted) => document.querySelector("[data-state]")?.dataset.state === wanted, wanted);

async function connect(page) {
  await press(page, "button", "Connect");
  await page.waitForSelector("dialog select");
  await (await page.$$("dialog select")).at(-1).select("now");
  await (await page.$("dialog button::-p-text(Connect)")).click();
  await inState(page, "live");
}

/** A row that holds this text, shown in the list. */
const lists = (page, text) =>
  until(
    page,
    (text) => [...document.querySelectorAll('[role="treegrid"] [role="row"]')].some((row) => row.textContent.includes(text)),
    text,
  );

/** Whether the bytes of this text, and no others, are lit. */
const isLit = (text) =>
  [...document.querySelectorAll('[role="gridcell"][data-offset][aria-selected="true"]')]
    .filter((cell) => /^[0-9a-f]{2}$/.test(cell.textContent))
    .map((cell) => String.fromCharCode(Number.parseInt(cell.textContent, 16)))
    .join("") === text;

/** Where a text begins among the bytes that are drawn. */
function offsetOf(text) {
  const cells = [...document.querySelectorAll('[role="gridcell"][data-offset]')].filter((cell) => /^[0-9a-f]{2}$/.test(cell.textContent));
  const at = cells.map((cell) => String.fromCharCode(Number.parseInt(cell.textContent, 16))).join("").indexOf(text);
  return at < 0 ? null : cells[at].dataset.offset;
}

async function recorded(page, folder) {
  await press(page, "button", "Stop");
  await inState(page, "stopped");
  await press(page, "button", "Save recording");
  const whole = () => readdirSync(folder).find((name) => name.endsWith(".binlog"));
  for (let tries = 0; !whole(); tries++) {
    assert.ok(tries < 200, `nothing came to ${folder}: ${readdirSync(folder)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return readFileSync(join(folder, whole()));
}

/** @param launch Starts the browser, whose downloads go to a folder. */
export async function live(launch) {
  if (!hasDatabase(SERVER)) return console.log(`live: skipped, no server ${SERVER}`);
  const folder = mkdtempSync(join(tmpdir(), "binlogscope-firefox-"));
  const database = await startDatabase(SERVER);
  database.sql("CREATE DATABASE shop; CREATE TABLE shop.item (id INT PRIMARY KEY, name VARCHAR(60));");
  const server = await startServer([], ["--upstream", `shop=${database.url}`]);
  const browser = await launch(folder);
  try {
    const page = await browser.newPage();
    await page.setViewport({ width: 1440, height: 900 });
    const complaints = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
    await page.goto(server.url);
    await connect(page);
    database.sql("INSERT INTO shop.item VALUES (10, 'a live kettle');");
    await lists(page, "shop.item");
    await page.type("#filter", 'text:"live kettle" type:WRITE_ROWS');
    await page.keyboard.press("Enter");
    await lists(page, "WRITE_ROWS");
    await (await page.$('[role="treegrid"] [role="row"][data-offset]::-p-text(WRITE_ROWS)')).click();
    const offset = await (await page.waitForFunction(offsetOf, { polling: 50 }, "kettle")).jsonValue();
    await (await page.$(`[role="gridcell"][data-offset="${offset}"]`)).click();
    await until(page, isLit, "a live kettle");
    await (await page.$('[role="tab"]::-p-text(Conversation)')).click();
    await (await page.waitForSelector('[role="grid"][aria-label="Packets"]')).focus();
    await page.keyboard.press("Home");
    await until(page, () => document.querySelector('[aria-label="Packets"]').textContent.includes("HandshakeV10"));
    const bytes = await recorded(page, folder);
    assert.equal(bytes.subarray(0, 4).toString("latin1"), "\xfebin");
    assert.ok(bytes.includes("a live kettle"));
    assert.deepEqual(complaints, []);
    console.log(`live: ok, a recording of ${bytes.length} bytes`);
  } finally {
    await browser.close();
    await server.stop();
    database.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
