// A file of MariaDB's InnoDB-based log: pages, records put together from chunks, and the events inside them.

import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { ROOT, SCREENS, folder } from "./machine.mjs";
import { expect, rangeOf, test } from "./scope.mjs";

const PATH = join(ROOT, "tests/fixtures/ibb/shop.ibb");
const PAGE = 16384;
const HEAD = 3;
const LAST = 0x40;
const CONTINUED = 0x80;
const KIND = 0x3f;
const COMMIT = 1;
const TABLE_MAP = 19;

folder("screens");

/** Chunks of the file's pages behind the first: where each is, its type byte, where its data end. */
function chunks(file) {
  const found = [];
  for (let page = PAGE; page < file.length; page += PAGE) {
    for (let at = page; at < page + PAGE - 4 - HEAD && file[at] !== 0 && file[at] !== 0xff; ) {
      const end = at + HEAD + file.readUInt16LE(at + 1);
      found.push({ start: at, type: file[at], end });
      at = end;
    }
  }
  return found;
}

/** Records of whole event groups, in one chunk: the first byte says that no pieces were written before. */
const whole = (file) => (chunk) => chunk.type === (COMMIT | LAST) && file[chunk.start + HEAD] === 0;

/** Types of the events of such a record, which stand behind the two zeros that its head is. */
function types(file, { start, end }) {
  const found = [];
  for (let at = start + HEAD + 2; at < end; at += file.readUInt32LE(at + 9)) found.push(file[at + 4]);
  return found;
}

test("pages, records and events of an InnoDB-based log", async ({ scope, page }) => {
  const file = readFileSync(PATH);
  const all = chunks(file);
  await scope.drop(PATH);
  await expect(scope.facts).toContainText("shop.ibb");
  await expect(scope.facts).toContainText("page CRC32C ✓");
  await expect(scope.progress).toBeHidden();
  await scope.ready();
  await expect(scope.alert).toHaveCount(0);
  await page.getByRole("button", { name: "Plain", exact: true }).click();

  // The header of the file, with what it says.
  await expect(scope.rowAt("0")).toContainText("Page header");
  await scope.rowAt("0").click();
  await scope.expandFields();
  await expect(scope.fields).toContainText("page_size_log2");
  await expect(scope.fields).toContainText("123456");
  await expect(scope.rowAt(String(PAGE - 4))).toContainText("Page checksum");

  // A group in one record opens to its events.
  const group = all.find((chunk) => whole(file)(chunk) && types(file, chunk).includes(TABLE_MAP));
  await scope.goTo(group.start);
  await expect(scope.selectedEvent).toContainText("Event group");
  await expect(scope.selectedEvent).toHaveAttribute("aria-expanded", "false");
  await page.keyboard.press("ArrowRight");
  await expect(scope.selectedEvent).toHaveAttribute("aria-expanded", "true");
  const inside = scope.events.locator(`[role="row"][data-offset^="${group.start}/"]`);
  await expect(inside.filter({ hasText: "TABLE_MAP" }).first()).toBeVisible();
  const rows = inside.filter({ hasText: /WRITE_ROWS|UPDATE_ROWS|DELETE_ROWS/ }).first();
  await rows.click();
  await expect(scope.fields).toContainText("rows");
  const address = await rows.getAttribute("data-offset");
  await expect.poll(() => scope.eventStart()).toEqual({ space: String(group.start), offset: Number(address.split("/")[1]) });
  await expect.poll(() => page.url()).toContain(`at=${address}`);

  // Its bytes are those of the chunk, behind what the record says of itself.
  const { start, end } = await rangeOf(scope.fields.getByRole("treeitem").first());
  const shown = await scope.byteCells.evaluateAll((cells) => cells.map((cell) => [Number(cell.dataset.offset), cell.textContent]));
  const own = shown.filter(([offset]) => offset >= start && offset < end);
  expect(own.length).toBeGreaterThan(20);
  for (const [offset, text] of own) {
    expect(parseInt(text, 16), `byte ${offset}`).toBe(file[group.start + HEAD + offset]);
  }
  const picture = join(SCREENS, "ibb-1440.png");
  await page.screenshot({ path: picture });
  expect(statSync(picture).size).toBeGreaterThan(20_000);

  // A group written in pieces shows all of its events below its commit record.
  const pieces = all.find((chunk) => (chunk.type & KIND) === COMMIT && !(chunk.type & CONTINUED) && !whole(file)(chunk));
  await scope.goTo(pieces.start);
  await page.keyboard.press("ArrowRight");
  await expect(scope.selectedEvent).toHaveAttribute("aria-expanded", "true");
  await page.keyboard.press("ArrowDown");
  await expect(scope.selectedEvent).toContainText("GTID");
  await page.keyboard.press("ArrowDown");
  // The fields follow when the worker has answered.
  await expect(async () => {
    const second = await scope.eventStart();
    expect(second.space).toMatch(new RegExp(`^${pieces.start}/\\d+$`));
    expect(second.offset).toBeGreaterThan(18);
  }).toPass();
  await page.reload();
  await scope.ready();
});
