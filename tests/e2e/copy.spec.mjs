// "Copy as": every form ends in the clipboard with what the file's own bytes say, by the keyboard alone; and what is
// saved as a log is one.

import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { checksum, events } from "./binlog.mjs";
import { SCREENS, folder, samples } from "./machine.mjs";
import { expect, test } from "./scope.mjs";

const SHOP = samples().find((path) => basename(path) === "mysql-9.7-shop.binlog");
const BYTES = readFileSync(SHOP);
const EVENTS = events(BYTES);
const WRITE_ROWS = 30;
const TABLE_MAP = 19;
const ROWS = EVENTS.findIndex((event) => event.type === WRITE_ROWS);
const EVENT = EVENTS[ROWS];
const MAP = EVENTS.slice(0, ROWS).findLast((event) => event.type === TABLE_MAP);
const OWN = BYTES.subarray(EVENT.start, EVENT.end);
const slice = ({ start, end }) => BYTES.subarray(start, end);

folder("screens");

const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");

/** As `hexdump -C` prints; written apart from the code under test. */
function hexdump(start, bytes) {
  const lines = [];
  let [before, starred] = ["", false];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = bytes.subarray(at, at + 16);
    const digits = [row.subarray(0, 8), row.subarray(8)].map((half) => hex(half).padEnd(23)).join("  ");
    const text = [...row].map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".")).join("");
    if (digits === before) {
      if (!starred) lines.push("*");
      starred = true;
      continue;
    }
    [before, starred] = [digits, false];
    lines.push(`${(start + at).toString(16).padStart(8, "0")}  ${digits}  |${text}|`);
  }
  lines.push((start + bytes.length).toString(16).padStart(8, "0"));
  return `${lines.join("\n")}\n`;
}

/** The numbers of a literal. */
const numbers = (text) => Buffer.from([...text.matchAll(/(?:0x|\\x)([0-9a-f]{2})/g)].map(([, digits]) => parseInt(digits, 16)));

/** The events of `BINLOG` statements: each of them is base64 of its own, in lines of at most 76 characters. */
function statements(text) {
  const found = [...text.matchAll(/BINLOG '\n([^']*)'/g)].map(([, lines]) => {
    const blocks = lines.trim().split("\n");
    expect(Math.max(...blocks.map((line) => line.length))).toBeLessThanOrEqual(76);
    // A line that is shorter, or padded, ends an event; so does one where a whole number of bytes ends with it.
    const pieces = [];
    let open = "";
    for (const line of blocks) {
      open += line;
      const bytes = Buffer.from(open, "base64");
      if (bytes.length >= 13 && bytes.readUInt32LE(9) === bytes.length) {
        pieces.push(bytes);
        open = "";
      }
    }
    expect(open, "events end where lines do").toBe("");
    return pieces;
  });
  return found;
}

/** What each item of the menu, in its order, is to put into the clipboard for the rows event. */
const FORMS = {
  Value: (text) => expect(text).toBe(hex(OWN)),
  Hex: (text) => expect(text).toBe(hex(OWN)),
  "hexdump -C": (text) => expect(text).toBe(hexdump(EVENT.start, OWN)),
  Base64: (text) => expect(text).toBe(OWN.toString("base64")),
  "BINLOG '…' statement": (text) => {
    const [[description], rows] = statements(text);
    expect(description.equals(slice(EVENTS[0]))).toBe(true);
    expect(rows.map((event) => event[4])).toEqual([TABLE_MAP, WRITE_ROWS]);
    expect(rows[0].equals(slice(MAP))).toBe(true);
    expect(rows[1].equals(OWN)).toBe(true);
  },
  JSON: (text) => {
    const record = JSON.parse(text);
    expect(record).toMatchObject({ record: "event", space: "0", start: EVENT.start, end: EVENT.end, type_code: WRITE_ROWS, checksum_ok: true });
    const leaves = [];
    const walk = (node) => (node.children ? node.children.forEach(walk) : leaves.push([node.start, node.end]));
    record.fields.forEach(walk);
    const ends = [EVENT.start, ...leaves.map(([, end]) => end)];
    expect(leaves.map(([start]) => start), "leaves lie one behind the other").toEqual(ends.slice(0, -1));
    expect(ends.at(-1)).toBe(EVENT.end);
  },
  "Text, a row for each field": (text) => {
    const lines = text.split("\n");
    expect(text).toContain("type_code");
    const bytes = lines.find((line) => / event_size /.test(` ${line.replace(/\s+/g, " ")} `));
    expect(bytes.replace(/\s+/g, " ")).toContain(hex(OWN.subarray(9, 13)));
  },
  "Markdown table": (text) => {
    const lines = text.trim().split("\n");
    const header = lines.findIndex((line) => /^\|[ :|-]+\|$/.test(line));
    expect(header, "a table").toBeGreaterThan(0);
    const columns = lines[header].split("|").length;
    for (const line of lines.slice(header)) expect(line.replaceAll("\\|", "").split("|").length).toBe(columns);
    expect(text).toContain("event_size");
    expect(text).toContain(hex(OWN.subarray(9, 13)));
  },
  "SVG diagram": (text) => expect(text).toMatch(/^<svg [^]*event_size[^]*<\/svg>\s*$/),
  "Rust array": (text) => {
    expect(text).toMatch(/^\[\n {4}0x[0-9a-f]{2}u8,[^]*\]$/);
    expect(numbers(text).equals(OWN)).toBe(true);
  },
  "Go slice": (text) => {
    expect(text).toMatch(/^\[\]byte\{\n\t0x[^]*\}$/);
    expect(numbers(text).equals(OWN)).toBe(true);
  },
  "Python bytes": (text) => {
    expect(text).toMatch(/^\(\n {4}b"\\x[^]*\)$/);
    expect(numbers(text).equals(OWN)).toBe(true);
  },
};
const SAVED = ["Save the event as .binlog…", "Save the transaction as .binlog…"];

const menu = (page) => page.getByRole("menu", { name: "Copy as" });

async function allow(context, baseURL) {
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: new URL(baseURL).origin });
}

/** Opens the menu with the key, and walks to an item of it. */
async function walkTo(page, name) {
  await page.keyboard.press("c");
  const items = menu(page).getByRole("menuitem");
  await expect(items.first()).toBeFocused();
  const names = await items.allTextContents();
  const at = names.findIndex((own) => own === name);
  expect(at, `${name} in ${names}`).toBeGreaterThanOrEqual(0);
  for (let down = 0; down < at; down++) await page.keyboard.press("ArrowDown");
  await expect(items.nth(at)).toBeFocused();
}

/** What an item puts into the clipboard. */
async function copied(page, name) {
  await page.evaluate(() => navigator.clipboard.writeText("nothing yet"));
  await walkTo(page, name);
  await page.keyboard.press("Enter");
  await expect(menu(page)).toHaveCount(0);
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).not.toBe("nothing yet");
  return page.evaluate(() => navigator.clipboard.readText());
}

test("every form of an event is what its bytes are, by the keyboard alone", async ({ scope, page, context, baseURL }) => {
  await allow(context, baseURL);
  await scope.drop(SHOP);
  await scope.walked(basename(SHOP));
  await scope.goTo(EVENT.start);
  await page.keyboard.press("c");
  await expect(menu(page).getByRole("menuitem")).toHaveText([...Object.keys(FORMS), ...SAVED]);
  await page.keyboard.press("Escape");
  await expect(menu(page)).toHaveCount(0);
  await expect(scope.events).toBeFocused();
  for (const [name, check] of Object.entries(FORMS)) {
    check(await copied(page, name));
    await expect(scope.events, `after ${name}`).toBeFocused();
    await expect(scope.status).toContainText("Copied");
  }
});

test("of a field and of bytes their own are copied", async ({ scope, page, context, baseURL }) => {
  await allow(context, baseURL);
  await scope.drop(SHOP);
  await scope.walked(basename(SHOP));
  await scope.goTo(EVENT.start);
  await scope.fields.focus();
  for (let down = 0; down < 4 && !(await scope.selectedField.textContent()).includes("timestamp"); down++) {
    await page.keyboard.press("ArrowDown");
  }
  const field = await scope.field();
  expect(field.end - field.start, "the timestamp").toBe(4);
  expect(await copied(page, "Hex")).toBe(hex(slice(field)));
  await expect(scope.fields).toBeFocused();
  expect(JSON.parse(await copied(page, "JSON"))).toMatchObject({ name: "timestamp", start: field.start, end: field.end });
  expect(await copied(page, "Value")).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/);
  await scope.bytes.focus();
  await page.keyboard.press("Shift+ArrowRight");
  const { lit } = await scope.shownBytes();
  expect(lit.length).toBeGreaterThan(1);
  const range = { start: lit[0], end: lit.at(-1) + 1 };
  expect(await copied(page, "Base64")).toBe(slice(range).toString("base64"));
  await expect(scope.bytes).toBeFocused();
  expect(numbers(await copied(page, "Python bytes")).equals(slice(range))).toBe(true);
});

/** The file that an item of the menu gives. */
async function saved(page, name) {
  await walkTo(page, name);
  const download = page.waitForEvent("download");
  await page.keyboard.press("Enter");
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/\.binlog$/);
  return readFileSync(await file.path());
}

/** The bodies of events, which their place does not change. */
const bodies = (bytes, list) => list.map(({ start, end, type }) => [type, bytes.subarray(start + 19, end - 4).toString("hex")]);

test("what is saved as a log lists the events that were chosen", async ({ scope, page }) => {
  await scope.drop(SHOP);
  await scope.walked(basename(SHOP));
  await scope.goTo(EVENT.start);
  const event = await saved(page, SAVED[0]);
  await expect(scope.events).toBeFocused();
  const transaction = await saved(page, SAVED[1]);
  for (const [name, log] of [["event.binlog", event], ["transaction.binlog", transaction]]) {
    const all = events(log);
    expect(all.at(-1).end, "whole events").toBe(log.length);
    for (const { start, end } of all) {
      expect(log.readUInt32LE(start + 13), "positions").toBe(end);
      expect(log.readUInt32LE(end - 4), "checksums").toBe(checksum(log.subarray(start, end - 4)));
    }
    const [chosen] = bodies(BYTES, [EVENT]);
    expect(bodies(log, all)).toContainEqual(chosen);
    await scope.dropBytes(name, log.toString("base64"));
    await scope.walked(name);
    await scope.showEveryEvent();
    const listed = await scope.listedStarts();
    expect(listed.filter((start) => start > 0), "the page lists them").toEqual(all.map(({ start }) => start));
    const at = all.find(({ start, end }) => bodies(log, [{ start, end, type: log[start + 4] }])[0][1] === chosen[1]);
    await scope.goTo(at.start);
    await expect(scope.selectedEvent).toContainText("WRITE_ROWS");
  }
  // All of the transaction, and nothing of others.
  const begins = EVENTS.slice(0, ROWS).findLastIndex(({ type }) => [33, 34, 42].includes(type));
  const next = EVENTS.findIndex(({ type }, at) => at > begins && [33, 34, 42, 3, 4].includes(type));
  const inside = EVENTS.slice(begins + 1, next < 0 ? undefined : next);
  const kept = bodies(transaction, events(transaction));
  for (const body of bodies(BYTES, inside)) expect(kept).toContainEqual(body);
  expect(events(transaction).filter(({ type }) => [33, 34, 42].includes(type)).length).toBe(1);
});

for (const [name, options, title] of [
  ["light", { colorScheme: "light" }, "Copy as"],
  ["dark", { colorScheme: "dark" }, "Copy as"],
  ["chinese", { locale: "zh-CN" }, "复制为"],
]) {
  test.describe(name, () => {
    test.use(options);

    test("the menu's picture", async ({ page, witness }) => {
      await page.goto(`#file=${basename(SHOP)}&at=${EVENT.start}&field=rows[0].after[1]`);
      await expect(page.locator('[role="treeitem"][aria-selected="true"]')).toBeVisible();
      await page.locator('[role="tree"]').first().focus();
      await page.keyboard.press("c");
      await expect(page.getByRole("menu", { name: title })).toBeVisible();
      await page.keyboard.press("ArrowDown");
      await page.screenshot({ path: join(SCREENS, `copy-${name}.png`) });
      witness.expectNothing();
    });
  });
}
