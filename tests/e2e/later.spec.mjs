// The worker's second module: a file is seen without it, and what needs it says so when it cannot be had.

import { join } from "node:path";
import { ROOT } from "./machine.mjs";
import { Scope, expect, test } from "./scope.mjs";

const SAMPLE = join(ROOT, "web/samples/mysql-9.7-shop.binlog");

test("rows, fields and bytes of a file are seen before any of the second module comes", async ({ page, witness }) => {
  let letGo;
  const held = new Promise((resolve) => (letGo = resolve));
  await page.context().route("**/worker_later.wasm", async (route) => {
    await held;
    await route.continue();
  });
  const scope = new Scope(page);
  await scope.visit();
  await scope.drop(SAMPLE);
  await scope.walked("mysql-9.7-shop.binlog");
  await scope.showEveryEvent();
  const starts = await scope.listedStarts();
  expect(starts.length).toBeGreaterThan(20);
  await scope.events.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowDown");
  await expect.poll(async () => (await scope.eventStart()).offset).toBe(starts[1]);
  await scope.fields.getByRole("treeitem").nth(2).click();
  await scope.expectLit(await scope.field());
  await page.getByRole("button", { name: "Transactions", exact: true }).click();
  await scope.lastEvent();
  letGo();
  await page.getByRole("searchbox").fill("type:WRITE_ROWS");
  await page.keyboard.press("Enter");
  await expect(page.locator(".found")).toHaveAttribute("aria-busy", "false");
  await expect(page.locator(".found")).toContainText(/of \d+ transactions/);
});

test("where it cannot be fetched, the page shows files all the same and says what is missing", async ({ page }) => {
  // Its failing requests are what is tested: nobody watches for complaints.
  await page.context().route("**/worker_later.wasm", (route) => route.abort());
  const scope = new Scope(page);
  await scope.visit();
  await scope.drop(SAMPLE);
  await scope.walked("mysql-9.7-shop.binlog");
  await page.getByRole("tab", { name: "Statistics" }).click();
  await expect(page.getByText(/part of this page could not be fetched/).first()).toBeVisible();
  await page.context().unroute("**/worker_later.wasm");
  await page.getByRole("tab", { name: "Fields" }).click();
  await page.getByRole("searchbox").fill("type:WRITE_ROWS");
  await page.keyboard.press("Enter");
  await expect(page.locator(".found")).toContainText(/of \d+ transactions/);
});
