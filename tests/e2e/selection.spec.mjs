// One selection: the field lights its bytes, the byte finds its field.

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { events } from "./binlog.mjs";
import { samples } from "./machine.mjs";
import { expect, rangeOf, test } from "./scope.mjs";

const WRITE_ROWS = [23, 30];
const TABLE_MAP = 19;
const PAYLOAD = 40;

const sample = (part) => samples().find((path) => basename(path).includes(part));

/** Clicks every field that is on the screen and compares it with the bytes that light up. */
async function everyFieldLightsItsBytes(scope) {
  await scope.expandFields();
  const fields = scope.fields.getByRole("treeitem");
  const count = await fields.count();
  expect(count).toBeGreaterThan(5);
  for (let number = 0; number < count; number++) {
    const field = fields.nth(number);
    const range = await rangeOf(field);
    await field.click({ position: { x: 60, y: 8 } });
    await expect(field).toHaveAttribute("aria-selected", "true");
    if (range.start < range.end) await scope.expectLit(range);
  }
}

/** Clicks bytes of a range, spread over it; each must select a smallest field that covers it. */
async function bytesFindTheirField(scope, { start, end, space }) {
  for (let step = 0; step < 12; step++) {
    const offset = start + Math.floor(((end - start - 1) * step) / 11);
    const cell = scope.byte(offset);
    if (!(await cell.isVisible())) continue;
    await cell.click();
    await expect(cell).toHaveAttribute("aria-selected", "true");
    await expect
      .poll(async () => {
        const field = await scope.field();
        return field.space === space && field.start <= offset && offset < field.end;
      }, `the field of byte ${offset}`)
      .toBe(true);
    const expanded = await scope.selectedField.getAttribute("aria-expanded");
    expect(expanded, `byte ${offset} belongs to a leaf`).not.toBe("true");
    await scope.expectLit(await scope.field());
  }
}

for (const [name, types] of [
  ["mysql-9.7-shop", [TABLE_MAP, ...WRITE_ROWS]],
  ["mariadb-11.8-shop", [TABLE_MAP, ...WRITE_ROWS]],
]) {
  for (const type of types) {
    const path = sample(name);
    const event = events(readFileSync(path)).find((event) => event.type === type);
    if (!event) continue;

    test(`${name}: fields and bytes of event type ${type} follow each other`, async ({ scope }) => {
      await scope.drop(path);
      await scope.walked(basename(path));
      await scope.goTo(event.start);
      await everyFieldLightsItsBytes(scope);
      await bytesFindTheirField(scope, { ...event, space: "0" });
    });
  }
}

test("inside a compressed payload too", async ({ scope, page }) => {
  const path = sample("compressed");
  const payload = events(readFileSync(path)).find((event) => event.type === PAYLOAD);
  await scope.drop(path);
  await scope.walked(basename(path));
  await scope.goTo(payload.start);
  await scope.enterPayload();
  const root = await rangeOf(scope.fields.getByRole("treeitem").first());
  expect(root.space).toBe(String(payload.start));
  await expect(page.getByRole("tab", { selected: true, name: new RegExp(`${payload.start}`) })).toBeVisible();
  await everyFieldLightsItsBytes(scope);
  await bytesFindTheirField(scope, root);
});

test("Home, End and arrows move over the bytes, the field follows", async ({ scope, page }) => {
  const bytes = readFileSync(sample("mysql-9.7-shop"));
  await scope.drop(sample("mysql-9.7-shop"));
  await scope.walked("mysql-9.7-shop.binlog");
  await scope.goTo(4);
  await scope.byte(4).click();
  for (let offset = 5; offset < 12; offset++) {
    await page.keyboard.press("ArrowRight");
    await expect(scope.byte(offset)).toHaveAttribute("aria-selected", "true");
    await expect.poll(async () => {
      const field = await scope.field();
      return field.start <= offset && offset < field.end;
    }).toBe(true);
  }
  expect(bytes.length).toBeGreaterThan(12);
});

test("hovering a field previews its bytes and selects nothing", async ({ scope, page }) => {
  await scope.goTo(4);
  const before = await scope.field();
  const item = scope.fields.locator('[role="treeitem"]:not([aria-expanded])').nth(1);
  const { start } = await rangeOf(item);
  const plain = await looks(scope.byte(start));
  await item.hover();
  await expect.poll(() => looks(scope.byte(start))).not.toBe(plain);
  expect(await scope.field()).toEqual(before);
  await page.mouse.move(1, 1);
  await expect.poll(() => looks(scope.byte(start))).toBe(plain);
});

/** What styles make of an element, as far as a preview would show. */
async function looks(cell) {
  return cell.evaluate((cell) => {
    const { outlineStyle, outlineColor, backgroundColor, boxShadow, borderColor, textDecorationLine } = getComputedStyle(cell);
    return [outlineStyle, outlineColor, backgroundColor, boxShadow, borderColor, textDecorationLine].join("|");
  });
}
