// Everything a person sees is in the URL.

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { events } from "./binlog.mjs";
import { samples } from "./machine.mjs";
import { expect, test } from "./scope.mjs";

const SHOP = samples().find((path) => basename(path) === "mysql-9.7-shop.binlog");
const MARIADB = samples().find((path) => basename(path) === "mariadb-11.8-shop.binlog");

const at = (page) => new URLSearchParams(new URL(page.url()).hash.slice(1)).get("at");

test("a jump is in the URL, Back returns, Forward goes again", async ({ scope, page }) => {
  const [, , third, , fifth] = events(readFileSync(SHOP));
  await scope.drop(SHOP);
  await scope.walked(basename(SHOP));
  await scope.showEveryEvent();
  await scope.rowAt(third.start).click();
  await expect.poll(() => at(page)).toBe(String(third.start));
  await scope.rowAt(fifth.start).click();
  await expect.poll(() => at(page)).toBe(String(fifth.start));
  await page.goBack();
  await expect.poll(async () => (await scope.eventStart()).offset).toBe(third.start);
  expect(at(page)).toBe(String(third.start));
  await page.goForward();
  await expect.poll(async () => (await scope.eventStart()).offset).toBe(fifth.start);
});

test("reload reopens a sample at the same field", async ({ scope, page }) => {
  await scope.goTo(4);
  const item = scope.fields.locator('[role="treeitem"]:not([aria-expanded])').nth(3);
  await item.click();
  await expect(item).toHaveAttribute("aria-selected", "true");
  const field = await scope.field();
  await expect.poll(() => new URL(page.url()).hash).toContain("field=");
  await page.reload();
  await scope.ready();
  await expect.poll(() => scope.field()).toEqual(field);
  await scope.expectLit(field);
});

test("reload with a file of one's own asks for it and reopens the place", async ({ scope, page }) => {
  const event = events(readFileSync(MARIADB)).at(-2);
  // Another name and one more byte's worth of difference: no sample, so it cannot be fetched.
  const bytes = Buffer.from(readFileSync(MARIADB));
  bytes.writeUInt32LE(bytes.readUInt32LE(4) + 1, 4);
  const own = bytes.toString("base64");
  await scope.dropBytes("mine.000007", own);
  await scope.walked("mine.000007");
  await scope.goTo(event.start);
  await expect.poll(() => at(page)).toBe(String(event.start));
  const address = page.url();
  await page.reload();
  await expect(page.getByText(/mine|file/i).first()).toBeVisible();
  await scope.dropBytes("renamed.000007", own);
  await scope.walked("renamed.000007");
  await expect.poll(async () => (await scope.eventStart()).offset).toBe(event.start);
  expect(at(page)).toBe(new URLSearchParams(new URL(address).hash.slice(1)).get("at"));
});

test("a link to a byte range lights it", async ({ scope, page }) => {
  const event = events(readFileSync(SHOP))[1];
  await page.goto(`#file=${basename(SHOP)}&at=${event.start}&bytes=${event.start + 4}..${event.start + 9}`);
  await scope.ready();
  await scope.expectLit({ start: event.start + 4, end: event.start + 9 });
});
