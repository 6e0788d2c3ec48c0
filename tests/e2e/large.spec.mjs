// 200 MiB: first rows while the rest is walked, Cancel at once, the last event and the last byte.

import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { folder, samples } from "./machine.mjs";
import { writeRepeated } from "./repeat.mjs";
import { expect, test } from "./scope.mjs";
import { dropAndWatch, holdFile } from "./watch.mjs";

const SIZE = 200 * 2 ** 20;
const NAME = "repeated-200MiB.binlog";
// Not the sample that the page opens on, whose rows could be taken for this file's.
const SAMPLE = samples().find((sample) => sample.includes("mariadb-11.8"));
const path = join(folder("bench"), NAME);
/** A person sees no wait below this. */
const AT_ONCE = 100;

test.beforeAll(() => {
  if (!existsSync(path) || statSync(path).size < SIZE) writeRepeated(SIZE, path, SAMPLE);
});

test.beforeEach(async ({ scope, page }) => {
  await scope.idle();
  await holdFile(page, path);
});

test("shows rows early, reaches the last event and the last byte", async ({ scope, page }) => {
  const size = statSync(path).size;
  const times = await dropAndWatch(page, NAME, false);
  console.log(`200 MiB: rows after ${times.rows.toFixed(0)} ms, walked after ${times.walk.toFixed(0)} ms`);
  expect(times.walkedAtRows, "rows come before the walk is over").toBe(false);
  await scope.lastEvent();
  await expect.poll(() => scope.shownFieldsEnd()).toBe(size);
  await scope.bytes.focus();
  await page.keyboard.press("Control+End");
  await expect(scope.byte(size - 1)).toBeInViewport();
  await expect(scope.byte(size - 1)).toHaveAttribute("aria-selected", "true");
  await expect.poll(async () => (await scope.field()).end).toBe(size);
});

test("keys for the end that is asked for while the list changes are for the new list", async ({ scope, page }) => {
  const size = statSync(path).size;
  await dropAndWatch(page, NAME, false);
  for (const name of ["Plain", "Transactions"]) {
    await page.evaluate(async (name) => {
      const list = document.querySelector('[role="treegrid"]');
      list.dispatchEvent(new KeyboardEvent("keydown", { key: "Home", bubbles: true, cancelable: true }));
      const button = [...document.querySelectorAll("button")].find((button) => button.textContent.trim() === name);
      if (button.getAttribute("aria-pressed") === "true") throw new Error(`${name} is shown already`);
      button.click();
      // As soon as a person's next event could come.
      await new Promise((resolve) => setTimeout(resolve));
      for (const key of ["End", "ArrowUp", "ArrowUp", "ArrowDown", "ArrowDown", "ArrowUp"]) {
        list.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      }
    }, name);
    await expect(page.getByRole("button", { name, exact: true })).toHaveAttribute("aria-pressed", "true");
    const last = Number(await scope.events.getAttribute("aria-rowcount")) - 1;
    await expect(scope.events).toHaveAttribute("aria-activedescendant", `event-row-${last - 1}`);
    await expect(scope.events.locator(`#event-row-${last - 1}`)).toHaveAttribute("aria-selected", "true");
    await scope.events.focus();
    await page.keyboard.press("ArrowDown");
    await expect(scope.events.locator(`#event-row-${last}`)).toHaveAttribute("aria-selected", "true");
    if (name === "Plain") await expect.poll(() => scope.shownFieldsEnd()).toBe(size);
  }
});

test("the list that is asked for while a file is being opened is that file's", async ({ scope, page }) => {
  const rows = {};
  for (const name of ["Plain", "Transactions"]) {
    const button = page.getByRole("button", { name, exact: true });
    await expect(button).toHaveAttribute("aria-pressed", "false");
    await page.evaluate((name) => {
      const target = document.querySelector("main");
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(document.querySelector("#file-of-the-test").files[0]);
      target.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
      [...document.querySelectorAll("button")].find((button) => button.textContent.trim() === name).click();
    }, name);
    await scope.walked(NAME);
    await expect(button).toHaveAttribute("aria-pressed", "true");
    rows[name] = Number(await scope.events.getAttribute("aria-rowcount"));
  }
  expect(rows.Transactions).toBeLessThan(rows.Plain);
});

test("Cancel acts at once and keeps what was found", async ({ scope, page }) => {
  const times = await dropAndWatch(page, NAME, true);
  console.log(`200 MiB: cancelled ${times.cancel.toFixed(1)} ms after the click`);
  expect(times.walkingAtCancel, "there was something to cancel").toBe(true);
  expect(times.cancel).toBeLessThan(AT_ONCE);
  await scope.ready();
  await expect(scope.alert).toHaveCount(0);
  expect(Number(await scope.events.getAttribute("aria-rowcount"))).toBeGreaterThan(10);
});
