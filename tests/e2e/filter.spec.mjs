// Filters: typed, completed, applied, found in lists that grow; "only this" and "not this".

import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { violations } from "./axe.mjs";
import { ROOT, folder, samples } from "./machine.mjs";
import { writeRepeated } from "./repeat.mjs";
import { expect, test } from "./scope.mjs";

const SAMPLE = "mysql-9.7-shop.binlog";

const field = (page) => page.getByRole("searchbox");
const offers = (page) => page.getByRole("listbox").getByRole("option");
const rows = (scope) => scope.events.locator('[role="row"][data-offset]');
const kinds = (scope) => rows(scope).locator(".kind").allInnerTexts();
const filterOf = (page) => new URLSearchParams(new URL(page.url()).hash.slice(1)).get("filter");

async function apply(page, text) {
  await field(page).fill(text);
  await page.keyboard.press("Enter");
  await expect.poll(() => filterOf(page)).toBe(text);
}

async function searched(page, timeout) {
  await expect(page.locator(".found")).toHaveAttribute("aria-busy", "false", { timeout });
  // The rows come behind their number.
  await expect(page.locator('[role="treegrid"] [role="row"][data-offset]').first()).toBeVisible();
}

test("a filter shows transactions with what matches in them, and none when it is cleared", async ({ scope, page }) => {
  const before = await scope.events.getAttribute("aria-rowcount");
  await scope.events.focus();
  await page.keyboard.press("/");
  await expect(field(page)).toBeFocused();
  await apply(page, "type:WRITE_ROWS");
  await searched(page);
  const shown = await kinds(scope);
  const matching = shown.filter((kind) => kind.includes("WRITE_ROWS"));
  expect(matching.length).toBeGreaterThan(2);
  // Every other row is a transaction with a match below.
  const levels = await rows(scope).evaluateAll((rows) => rows.map((row) => row.ariaLevel));
  expect(levels.filter((level) => level === "2").length).toBe(matching.length);
  levels.forEach((level, at) => level === "1" && expect(levels[at + 1]).toBe("2"));
  const transactions = levels.filter((level) => level === "1").length;
  await expect(page.locator(".found")).toContainText(new RegExp(`^${transactions} of \\d+ transactions`));
  await page.getByRole("button", { name: "Plain", exact: true }).click();
  await expect(scope.events).toHaveAttribute("aria-rowcount", String(matching.length));
  await page.getByRole("button", { name: "Transactions", exact: true }).click();
  await page.getByRole("button", { name: "Clear the filter" }).click();
  await expect(field(page)).toHaveValue("");
  await expect.poll(() => filterOf(page)).toBe(null);
  await expect.poll(async () => Number(await scope.events.getAttribute("aria-rowcount"))).toBeGreaterThanOrEqual(Number(before));
});

test("mistakes are said and underlined while typing, and nothing is applied", async ({ scope, page }) => {
  const before = await scope.events.getAttribute("aria-rowcount");
  await field(page).click();
  await page.keyboard.type("type:XID and tabel:x");
  await expect(page.locator("#filter-mistake")).toContainText("tabel");
  await expect(page.locator(".filter-mirror .mistake")).toHaveText("tabel");
  await expect(field(page)).toHaveAttribute("aria-invalid", "true");
  await page.keyboard.press("Enter");
  await page.waitForTimeout(700);
  expect(filterOf(page)).toBe(null);
  await expect(scope.events).toHaveAttribute("aria-rowcount", before);
  // An empty field has no mistake, with the cursor in it and without.
  await page.getByRole("searchbox").fill("");
  await expect(page.locator(".filter-mirror .mistake")).toHaveCount(0);
  await page.getByRole("searchbox").blur();
  await page.getByRole("searchbox").focus();
  await page.waitForTimeout(500);
  await expect(page.locator(".filter-mirror .mistake")).toHaveCount(0);
});

test("typing that pauses applies what is typed", async ({ scope, page }) => {
  await field(page).click();
  await page.keyboard.type("type:XID");
  await expect.poll(() => filterOf(page)).toBe("type:XID");
  await searched(page);
  expect((await kinds(scope)).filter((kind) => kind.includes("XID")).length).toBeGreaterThan(2);
});

test("who types on while a filter is applied keeps what is typed", async ({ scope, page }) => {
  await page.addInitScript(() => {
    window.Worker = class extends Worker {
      postMessage(...all) {
        setTimeout(() => super.postMessage(...all), window.delay ?? 0);
      }
    };
  });
  await page.reload();
  await scope.ready();
  await page.evaluate(() => (window.delay = 400));
  await field(page).fill("type:XID");
  await page.keyboard.press("Enter");
  await page.keyboard.type(" or type:TABLE_MAP", { delay: 10 });
  await expect.poll(() => filterOf(page), { intervals: [20] }).toBe("type:XID");
  await expect(field(page)).toHaveValue("type:XID or type:TABLE_MAP");
  await page.keyboard.press("Enter");
  await expect.poll(() => filterOf(page)).toBe("type:XID or type:TABLE_MAP");
  // What comes from elsewhere is written into the field all the same.
  await page.goBack();
  await expect(field(page)).toHaveValue("type:XID");
});

test("completion with the keyboard, by what the file has", async ({ page, scope }) => {
  await scope.ready();
  await field(page).click();
  await page.keyboard.type("tab");
  await expect(offers(page).first()).toContainText("table:");
  await page.keyboard.press("ArrowDown");
  await expect(offers(page).first()).toHaveAttribute("aria-selected", "true");
  await expect(field(page)).toHaveAttribute("aria-activedescendant", "filter-offer-0");
  await page.keyboard.press("Enter");
  await expect(field(page)).toHaveValue("table:");
  await expect(offers(page).filter({ hasText: "shop.orders" })).toHaveCount(1);
  await page.keyboard.type("order_i");
  await expect(offers(page)).toHaveCount(1);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(field(page)).toHaveValue("table:shop.order_items");
  await page.keyboard.press("Enter");
  await expect.poll(() => filterOf(page)).toBe("table:shop.order_items");
  await page.keyboard.press("Escape");
  await expect(scope.events).toBeFocused();
});

test("Back goes to the filter before, and a link has its filter", async ({ page, scope, context, baseURL }) => {
  await apply(page, "type:XID");
  await apply(page, "type:TABLE_MAP");
  await page.goBack();
  await expect(field(page)).toHaveValue("type:XID");
  await searched(page);
  expect((await kinds(scope)).some((kind) => kind.includes("XID"))).toBe(true);
  await page.goBack();
  await expect(field(page)).toHaveValue("");
  await page.goForward();
  await expect(field(page)).toHaveValue("type:XID");
  const other = await context.newPage();
  await other.goto(`${baseURL}#file=${SAMPLE}&filter=${encodeURIComponent("op:delete")}`);
  await expect(other.getByRole("searchbox")).toHaveValue("op:delete");
  await expect(other.locator(".found")).toContainText(/of \d+ transactions/);
  await other.close();
});

test("only this and not this, of a cell, an event and a byte", async ({ page, scope }) => {
  // The sample opens at a cell.
  await expect(scope.selectedField).toHaveAttribute("data-path", /^rows\[0\]\.after\[\d+\]$/);
  await scope.selectedField.click({ button: "right" });
  const menu = page.getByRole("menu");
  await expect(menu).toBeVisible();
  await menu.getByRole("menuitem", { name: /^Only this: row\./ }).click();
  await expect.poll(() => filterOf(page)).toMatch(/^row\.\w+ = /);
  await searched(page);
  await expect(rows(scope).locator(".matching").first()).toContainText(/row/);
  const term = filterOf(page);
  // The status bar names it in the same words.
  await expect(page.locator(".status-term")).toContainText(`filter ${term}`);
  // With the keys of the menu, of the event that is selected.
  await page.getByRole("button", { name: "Plain", exact: true }).click();
  await expect(rows(scope)).toHaveCount(1);
  await scope.events.focus();
  await page.keyboard.press("Home");
  await expect(scope.selectedEvent).toContainText("WRITE_ROWS");
  await page.keyboard.press("Shift+F10");
  await expect(menu).toBeVisible();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await expect.poll(() => filterOf(page)).toBe(`${term} and not type:WRITE_ROWS`);
  await expect(page.locator(".found")).toHaveAttribute("aria-busy", "false");
  await page.getByRole("button", { name: "Clear the filter" }).click();
  await expect.poll(() => filterOf(page)).toBe(null);
  // By the button of the selected row.
  await rows(scope).filter({ hasText: "XID" }).first().click();
  await scope.selectedEvent.getByRole("button").click();
  await menu.getByRole("menuitem", { name: "Only this: type:XID" }).click();
  await expect.poll(() => filterOf(page)).toBe("type:XID");
  // A byte is its field's.
  await page.keyboard.press("Escape");
  const start = (await scope.eventStart()).offset;
  await scope.byte(start + 5).click({ button: "right" });
  await expect(menu.getByRole("menuitem", { name: /^Only this: server:/ })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(menu).toBeHidden();
});

test("the status bar says what is under the pointer in the language of filters", async ({ page, scope }) => {
  await scope.goTo(198);
  const pointer = page.locator("#pointer-field");
  await scope.fields.getByRole("treeitem").filter({ hasText: "server_id" }).first().hover();
  await expect(pointer).toContainText(/event_header\.server_id +server:\d+/);
  await scope.fields.getByRole("treeitem").filter({ hasText: "type_code" }).first().hover();
  await expect(pointer).toContainText(/event_header\.type_code +type:GTID/);
  await scope.fields.getByRole("treeitem").filter({ hasText: "type_code" }).first().click();
  await expect(page.locator(".status-term")).toContainText("filter type:GTID");
});

test("n and N go from match to match, . and , too", async ({ page, scope }) => {
  await apply(page, "type:XID");
  await searched(page);
  await page.getByRole("button", { name: "Plain", exact: true }).click();
  await expect(page.getByRole("button", { name: "Plain", exact: true })).toHaveAttribute("aria-pressed", "true");
  await expect(rows(scope).first()).toContainText("XID");
  const offsets = await rows(scope).evaluateAll((rows) => rows.map((row) => row.dataset.offset));
  await rows(scope).first().click();
  await scope.events.focus();
  for (const [key, at] of [["n", 1], [".", 2], ["N", 1], [",", 0]]) {
    await page.keyboard.press(key);
    await expect(scope.selectedEvent).toHaveAttribute("data-offset", offsets[at]);
  }
  await page.keyboard.press("N");
  await expect(scope.status).toContainText("nothing further matches");
});

test("what matches inside of a compressed payload shows below it", async ({ page, scope }) => {
  await scope.drop(samples().find((path) => path.includes("compressed")));
  await scope.walked("mysql-9.7-compressed.binlog");
  await apply(page, "type:WRITE_ROWS");
  await searched(page);
  const levels = await rows(scope).evaluateAll((rows) => rows.map((row) => [row.ariaLevel, row.dataset.offset]));
  const inside = levels.filter(([level]) => level === "3");
  expect(inside.length).toBeGreaterThan(0);
  expect(inside.every(([, address]) => address.includes("/"))).toBe(true);
  expect((await kinds(scope)).some((kind) => kind.includes("TRANSACTION_PAYLOAD"))).toBe(true);
});

test("an encrypted log is searched in its clear bytes", async ({ page, scope }) => {
  const fixture = (name) => join(ROOT, "tests/fixtures/encrypted", name);
  const name = "mariadb-11.8-aes-128-cbc.binlog";
  await scope.dropBytes(name, readFileSync(fixture(name)).toString("base64"));
  await scope.walked(name);
  await scope.dropBytes(name.replace("binlog", "key"), readFileSync(fixture(name.replace("binlog", "key"))).toString("base64"));
  await expect(scope.alert).toHaveCount(0);
  await apply(page, "type:XID");
  await searched(page);
  expect((await kinds(scope)).filter((kind) => kind.includes("XID")).length).toBeGreaterThan(0);
});

test("sorted by size, and back", async ({ page, scope }) => {
  const order = page.getByRole("combobox", { name: "Order" });
  await order.selectOption({ label: "most events first" });
  await expect(page.locator(".sorted")).toContainText(/transactions in order$/);
  await expect(rows(scope).locator(".count").nth(5)).toBeVisible();
  const counts = await rows(scope).locator(".count").allInnerTexts();
  const numbers = counts.map((text) => parseInt(text, 10));
  expect(numbers.length).toBeGreaterThan(5);
  expect(numbers).toEqual([...numbers].sort((a, b) => b - a));
  await order.selectOption({ label: "in order" });
  await expect(page.locator(".sorted")).toHaveCount(0);
  await expect(rows(scope).first()).toHaveAttribute("data-offset", "0");
});

test("axe finds nothing while the popups are open, and Chinese is Chinese", async ({ page, scope }) => {
  await scope.ready();
  await field(page).click();
  await page.keyboard.type("type:XID and ta");
  await expect(offers(page).first()).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await field(page).fill("type:XID");
  await page.keyboard.press("Enter");
  await searched(page);
  await rows(scope).nth(1).click({ button: "right" });
  await expect(page.getByRole("menu")).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Filter terms" }).click();
  await expect(page.getByRole("dialog", { name: "Filter terms" })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await scope.chooseLanguage("zh-CN");
  await expect(page.locator(".found")).toContainText("个事务");
  await field(page).fill("type:");
  await expect(page.locator("#filter-mistake")).toContainText(/[\u4e00-\u9fff]/);
});

test.describe("200 MiB", () => {
  const path = join(folder("bench"), "repeated-200MiB.binlog");

  test.beforeAll(() => {
    const sample = samples().find((sample) => sample.includes("mariadb-11.8"));
    if (!existsSync(path) || statSync(path).size < 200 * 2 ** 20) writeRepeated(200 * 2 ** 20, path, sample);
  });

  test("first matches while the file is still read, and what one looks at stays", async ({ page, scope }) => {
    // Beside the first pass, on a machine that does other things too.
    test.setTimeout(180_000);
    await scope.open(path);
    await expect(scope.facts).toContainText("repeated-200MiB");
    await apply(page, "type:XID");
    await expect(rows(scope).first()).toBeVisible();
    await expect.poll(async () => (await kinds(scope)).some((kind) => kind.includes("XID"))).toBe(true);
    // Further rows come below and above; the selected one stays where it is.
    await rows(scope).filter({ hasText: "XID" }).first().click();
    const place = async () => (await scope.selectedEvent.boundingBox()).y;
    const before = await place();
    await searched(page, 90_000);
    expect(Math.abs((await place()) - before)).toBeLessThan(2);
    await expect(page.locator(".found")).toContainText(/[\d,]+ of [\d,]+ transactions/);
    // Another filter and back: nothing is looked through again.
    await apply(page, "type:ROTATE");
    await apply(page, "type:XID");
    await expect(page.locator(".found")).not.toContainText("searching", { timeout: 1000 });
  });
});
