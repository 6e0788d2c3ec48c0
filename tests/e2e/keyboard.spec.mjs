// A whole visit without a pointer.

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { events } from "./binlog.mjs";
import { samples } from "./machine.mjs";
import { expect, test } from "./scope.mjs";

/** Those of the sample that the page opens with. */
const EVENTS = events(readFileSync(samples().find((path) => path.endsWith("mysql-9.7-shop.binlog"))));

/** Presses Tab until the element has the focus; fails when it goes round without meeting it. */
async function tabTo(page, locator, key = "Tab") {
  for (let presses = 0; presses < 60; presses++) {
    if (await locator.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  throw new Error("the Tab key does not reach it");
}

test("opens a file, walks events, fields and bytes", async ({ scope, page }) => {
  const path = samples().find((sample) => sample.includes("mariadb-11.8"));
  await tabTo(page, page.getByRole("button", { name: "Open file" }));
  const chooser = page.waitForEvent("filechooser");
  await page.keyboard.press("Enter");
  await (await chooser).setFiles(path);
  await scope.walked(basename(path));

  await tabTo(page, scope.events);
  await page.keyboard.press("Home");
  const first = await scope.selectedEvent.getAttribute("aria-rowindex");
  await page.keyboard.press("ArrowDown");
  await expect(scope.selectedEvent).not.toHaveAttribute("aria-rowindex", first);
  await page.keyboard.press("End");
  await expect(scope.selectedEvent).toBeInViewport();
  await page.keyboard.press("Home");
  await expect(scope.selectedEvent).toHaveAttribute("aria-rowindex", first);

  // An event with fields.
  const before = await scope.eventStart();
  await page.keyboard.press(".");
  await expect.poll(() => scope.eventStart()).not.toEqual(before);
  await tabTo(page, scope.fields);
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowDown");
  const field = await scope.field();
  await scope.expectLit(field);
  await page.keyboard.press("ArrowDown");
  await expect.poll(() => scope.field()).not.toEqual(field);

  await tabTo(page, scope.bytes);
  // Along the field's bytes and out of it: the next byte is another field's.
  const left = await scope.field();
  for (let offset = left.start; offset < left.end; offset++) await page.keyboard.press("ArrowRight");
  await expect.poll(() => scope.field()).not.toEqual(left);
  const entered = await scope.field();
  expect(entered.start).toBe(left.end);
  await scope.expectLit(entered);
});

test("the Tab key is never trapped", async ({ scope, page }) => {
  for (const pane of [scope.events, scope.fields, scope.bytes]) {
    await pane.focus();
    await page.keyboard.press("Tab");
    await expect(pane).not.toBeFocused();
    await pane.focus();
    await page.keyboard.press("Shift+Tab");
    await expect(pane).not.toBeFocused();
  }
});

test("arrows open and close transactions", async ({ scope, page }) => {
  const closed = scope.events.locator('[role="row"][aria-expanded="false"]').first();
  await closed.click();
  const index = await scope.selectedEvent.getAttribute("aria-rowindex");
  const count = Number(await scope.events.getAttribute("aria-rowcount"));
  await page.keyboard.press("ArrowRight");
  const row = scope.events.locator(`[role="row"][aria-rowindex="${index}"]`);
  await expect(row).toHaveAttribute("aria-expanded", "true");
  await expect.poll(async () => Number(await scope.events.getAttribute("aria-rowcount"))).toBeGreaterThan(count);
  await page.keyboard.press("ArrowLeft");
  await expect(row).toHaveAttribute("aria-expanded", "false");
  await expect(scope.events).toHaveAttribute("aria-rowcount", String(count));
});

test(". and , step over events, g goes to an offset", async ({ scope, page }) => {
  await scope.goTo(4);
  const start = (await scope.eventStart()).offset;
  await page.keyboard.press(".");
  await expect.poll(async () => (await scope.eventStart()).offset).toBeGreaterThan(start);
  await page.keyboard.press(",");
  await expect.poll(async () => (await scope.eventStart()).offset).toBe(start);

  const event = EVENTS.at(-4);
  await page.keyboard.press("g");
  await expect(page.getByRole("textbox", { name: "Go to offset" })).toBeFocused();
  await page.keyboard.type(`0x${(event.start + 20).toString(16)}`);
  await page.keyboard.press("Enter");
  await expect.poll(async () => (await scope.eventStart()).offset).toBe(event.start);
  await expect(scope.byte(event.start + 20)).toHaveAttribute("aria-selected", "true");
});

test("steps pressed before the page has answered are not lost; a key held down goes as fast as they do", async ({
  scope,
}) => {
  await scope.goTo(4);
  // All in one go, before any answer can come.
  const press = (keys, repeat) =>
    scope.events.evaluate(
      (list, { keys, repeat }) => {
        for (const key of keys) list.dispatchEvent(new KeyboardEvent("keydown", { key, repeat, bubbles: true }));
      },
      { keys: [...keys], repeat },
    );
  const at = async () => (await scope.eventStart()).offset;
  await press("....,..", false);
  await expect.poll(at).toBe(EVENTS[5].start);
  await press("..", true);
  await expect.poll(at).toBe(EVENTS[6].start);
  await press(",,,", false);
  await expect.poll(at).toBe(EVENTS[3].start);
});
