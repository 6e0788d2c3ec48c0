// Links and files that carry bytes: made in one browser, opened in another one that has nothing.

import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { violations } from "./axe.mjs";
import { events } from "./binlog.mjs";
import { ROOT, folder, samples } from "./machine.mjs";
import { Scope, Witness, expect, test } from "./scope.mjs";
import { colleague, dialog, link, openShare } from "./share-dialog.mjs";

const SHOP = samples().find((path) => basename(path) === "mysql-9.7-shop.binlog");
const COMPRESSED = samples().find((path) => basename(path) === "mysql-9.7-compressed.binlog");
/** WRITE_ROWS_EVENT of version 2. */
const WRITE_ROWS = 30;
/** TRANSACTION_PAYLOAD_EVENT. */
const PAYLOAD = 40;

async function mask(page, on) {
  for (const name of ["Values", "Statements"]) {
    const box = dialog(page).getByRole("checkbox", { name, exact: true });
    if ((await box.isChecked()) !== on) await box.click();
  }
}

async function saved(page, button) {
  const download = page.waitForEvent("download");
  await dialog(page).getByRole("button", { name: button }).click();
  const file = await download;
  const path = join(folder("browser-tests"), file.suggestedFilename());
  await file.saveAs(path);
  return path;
}

/** A field of a row, selected, with its note. */
async function lookAtRow(scope, page) {
  const rows = events(readFileSync(SHOP)).find(({ type }) => type === WRITE_ROWS);
  await scope.drop(SHOP);
  await scope.walked(basename(SHOP));
  await scope.goTo(rows.start);
  await page.evaluate(() => (location.hash += "&field=rows[0].after[2].value"));
  await expect(scope.selectedField).toContainText("ada@example.com");
  await page.getByRole("button", { name: "Add a note" }).click();
  await page.getByRole("textbox", { name: "Text of the note" }).fill("<b>this one</b>");
  await page.keyboard.press("Control+Enter");
  return { event: rows.start, field: await scope.field() };
}

test("a transaction in a link: the same event, the same bytes lit, and its values masked", async ({
  scope, page, browser, baseURL, witness,
}) => {
  const { event, field } = await lookAtRow(scope, page);
  await openShare(page, "Its transaction");
  await expect(link(page)).toHaveValue(/#s=1\./);
  // What it looks like is seen before it is shared.
  const preview = dialog(page).getByRole("table");
  await expect(preview).toContainText("ada@example.com");
  const address = await link(page).inputValue();
  const before = witness.requests.length;
  expect(address).not.toContain("ada");
  const other = await colleague(browser, baseURL);
  await other.page.goto(address);
  await other.scope.ready();
  await expect(other.scope.selectedEvent).toHaveAttribute("data-offset", String(event));
  await expect.poll(() => other.scope.field()).toEqual(field);
  await other.scope.expectLit(field);
  await expect(other.scope.facts).toContainText("excerpt");
  await expect(other.scope.facts).toContainText("[masked]");
  await expect(other.page.getByText("ada@example.com")).toHaveCount(0);
  // The note came along, as text.
  await expect(other.page.locator(".strip-note")).toHaveText("<b>this one</b>");
  await expect(other.page.locator(".note b")).toHaveCount(0);
  // The address stays the whole of it, wherever one goes.
  await other.scope.events.focus();
  await other.page.keyboard.press("ArrowUp");
  await expect(other.scope.selectedEvent).not.toHaveAttribute("data-offset", String(event));
  const above = await other.scope.selectedEvent.getAttribute("data-offset");
  await expect.poll(() => other.page.url()).toContain(`&at=${above}`);
  await other.page.reload();
  await other.scope.ready();
  await expect(other.scope.selectedEvent).toHaveAttribute("data-offset", above);
  other.witness.expectNothing();
  expect(witness.requests.slice(before)).toEqual([]);
  await other.close();
});

test("what is not masked is what it was", async ({ scope, page, browser, baseURL }) => {
  const { field } = await lookAtRow(scope, page);
  await openShare(page, "This event");
  await mask(page, false);
  await expect(link(page)).toHaveValue(/#s=1\./);
  const other = await colleague(browser, baseURL);
  await other.page.goto(await link(page).inputValue());
  await other.scope.ready();
  await expect.poll(() => other.scope.field()).toEqual(field);
  await expect(other.scope.selectedField).toContainText("ada@example.com");
  await expect(other.scope.facts).not.toContainText("[masked]");
  other.witness.expectNothing();
  await other.close();
});

test("a column can stay readable", async ({ scope, page }) => {
  await lookAtRow(scope, page);
  await openShare(page, "This event");
  const preview = dialog(page).getByRole("table");
  await expect(preview.getByRole("rowheader", { name: /email/ }).first()).toBeVisible();
  const columns = dialog(page).getByRole("textbox", { name: "Readable columns" });
  await columns.fill("email");
  await columns.press("Tab");
  await expect(preview).toBeVisible();
  await expect(preview.getByRole("rowheader", { name: /email/ })).toHaveCount(0);
});

test("a link is measured against 2,000 and 32,000 characters, and both kinds work", async ({
  scope, page, browser, baseURL,
}) => {
  await scope.drop(SHOP);
  await scope.walked(basename(SHOP));
  await scope.goTo(events(readFileSync(SHOP)).find(({ type }) => type === WRITE_ROWS).start);
  await openShare(page, "This event");
  await expect(link(page)).toHaveValue(/#s=1\./);
  const short = await link(page).inputValue();
  expect(short.length).toBeLessThan(2000);
  await expect(dialog(page).locator(".share-size .chip.good")).toHaveCount(3);
  await page.getByRole("radio", { name: "The whole file" }).check();
  await mask(page, false);
  await expect(link(page)).toHaveValue(/#s=1\./);
  const long = await link(page).inputValue();
  expect(long.length).toBeGreaterThan(2000);
  expect(long.length).toBeLessThan(32_000);
  await expect(dialog(page).locator(".share-size .chip.over").first()).toBeVisible();
  for (const address of [short, long]) {
    const other = await colleague(browser, baseURL);
    await other.page.goto(address);
    await other.scope.ready();
    await expect(other.scope.facts).toContainText(basename(SHOP));
    other.witness.expectNothing();
    await other.close();
  }
});

test("a compressed container that is masked says that it was re-stored", async ({ scope, page, browser, baseURL }) => {
  await scope.drop(COMPRESSED);
  await scope.walked(basename(COMPRESSED));
  await scope.goTo(events(readFileSync(COMPRESSED)).find(({ type }) => type === PAYLOAD).start);
  await scope.enterPayload();
  await openShare(page, "Its transaction");
  await expect(link(page)).toHaveValue(/#s=1\./);
  const before = await scope.selectedEvent.getAttribute("data-offset");
  const other = await colleague(browser, baseURL);
  await other.page.goto(await link(page).inputValue());
  await other.scope.ready();
  await expect(other.scope.selectedEvent).toHaveAttribute("data-offset", before);
  await expect(other.scope.facts).toContainText("[re-stored]");
  await expect(other.page.getByRole("tablist", { name: /spaces/i })).toContainText("[re-stored]");
  other.witness.expectNothing();
  await other.close();
});

test("a file that carries it opens by dropping it, and the file it is of still knows its notes", async ({
  scope, page, browser, baseURL,
}) => {
  const { field } = await lookAtRow(scope, page);
  await openShare(page, "Its transaction");
  const path = await saved(page, "Save .binlogscope");
  expect(basename(path)).toBe("mysql-9.7-shop.binlog.binlogscope");
  const other = await colleague(browser, baseURL);
  await other.scope.visit(baseURL);
  await other.scope.drop(path);
  await expect(other.scope.facts).toContainText("excerpt");
  await expect.poll(() => other.scope.field()).toEqual(field);
  await other.scope.expectLit(field);
  await expect(other.page.locator(".strip-note")).toHaveText("<b>this one</b>");
  // By the button too.
  await other.scope.open(SHOP);
  await other.scope.walked(basename(SHOP));
  await expect(other.scope.facts).not.toContainText("excerpt");
  await other.scope.open(path);
  await expect(other.scope.facts).toContainText("excerpt");
  other.witness.expectNothing();
  await other.close();
});

test("one page with everything inside opens from a folder, without a network", async ({ scope, page, browser }) => {
  expect(existsSync(join(ROOT, "dist/export/page.html")), "cargo xtask build wrote it").toBe(true);
  const { event, field } = await lookAtRow(scope, page);
  await openShare(page, "Its transaction");
  const path = await saved(page, "Save as one page");
  // One that can be sent by mail, from a build without optimisation too.
  expect(statSync(path).size).toBeLessThan(4_000_000);
  const context = await browser.newContext({ offline: true, viewport: { width: 1440, height: 900 }, locale: "en-US" });
  const other = await context.newPage();
  const witness = new Witness(other, "file://");
  await witness.watchPolicy(other);
  const seen = new Scope(other);
  await other.goto(pathToFileURL(path).href);
  await seen.ready();
  await expect(seen.selectedEvent).toHaveAttribute("data-offset", String(event));
  await expect.poll(() => seen.field()).toEqual(field);
  await seen.expectLit(field);
  await expect(other.locator(".explained")).toContainText(/\w/);
  await seen.events.focus();
  await other.keyboard.press("?");
  await expect(other.getByRole("dialog")).toBeVisible();
  await other.keyboard.press("Escape");
  expect(witness.requests.filter((url) => !/^(file|blob|data):/.test(url))).toEqual([]);
  expect(witness.complaints).toEqual([]);
  await context.close();
});

test("a link that is damaged, or of a later version, says so and the page works on", async ({ browser, baseURL }) => {
  for (const [fragment, said] of [["#s=1.AAAA", /./], ["#s=9.AAAA", /version/i], ["#s=nonsense", /./]]) {
    const other = await colleague(browser, baseURL);
    await other.page.goto(baseURL + fragment);
    await expect(other.scope.alert).toContainText(said);
    await other.scope.drop(SHOP);
    await other.scope.walked(basename(SHOP));
    await other.close();
  }
});

for (const colorScheme of ["light", "dark"]) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test("axe finds nothing where data goes along", async ({ scope, page }) => {
      await lookAtRow(scope, page);
      await openShare(page, "Its transaction");
      await expect(dialog(page).getByRole("table")).toBeVisible();
      expect(await violations(page)).toEqual([]);
    });
  });
}
