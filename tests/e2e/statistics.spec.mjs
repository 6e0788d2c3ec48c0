// The statistics tab: counted in the background, findings first, every line leads to bytes and to a filter.
import { samples } from "./machine.mjs";
import { expect, test } from "./scope.mjs";

const open = async (scope) => {
  await scope.page.getByRole("tab", { name: "Statistics" }).click();
  return scope.page.getByRole("tabpanel", { name: "Statistics" });
};

test("the tab counts the file, and its lines lead to events and filters", async ({ scope }) => {
  const panel = await open(scope);
  await expect(panel.getByText("78 events, 15 transactions, 20 rows")).toBeVisible();
  await expect(panel.getByRole("heading", { name: "Findings" })).toBeVisible();
  const tables = panel.getByRole("group", { name: "Tables, by bytes" });
  await expect(tables.getByRole("row")).toHaveCount(5);
  const products = tables.getByRole("row").filter({ hasText: "shop.products" });
  await expect(products).toContainText("yes");

  const transactions = panel.getByRole("group", { name: "Transactions, by bytes" });
  await transactions.getByRole("button", { name: "5,466", exact: true }).click();
  await expect(scope.selectedEvent).toContainText("5466");
  await expect(scope.page).toHaveURL(/at=5466.*tab=statistics/);

  await products.getByRole("button", { name: /^Filter: table:/ }).click();
  await expect(scope.page.getByRole("searchbox", { name: "Filter" })).toHaveValue('table:"shop"."products"');
});

test("a link opens the tab; arrow keys go between tabs", async ({ page, scope }) => {
  await open(scope);
  await expect(page).toHaveURL(/tab=statistics/);
  await page.reload();
  await expect(page.getByRole("tab", { name: "Statistics" })).toHaveAttribute("aria-selected", "true");
  await expect(page.getByRole("heading", { name: "Event types" })).toBeVisible();
  await page.getByRole("tab", { name: "Statistics" }).focus();
  await page.keyboard.press("ArrowLeft");
  await expect(page.getByRole("tab", { name: "Fields" })).toBeFocused();
  await expect(scope.fields).toBeVisible();
  await expect(page.getByRole("tabpanel", { name: "Statistics" })).toBeHidden();
});

test("findings stand first and lead to the damage", async ({ scope }) => {
  await scope.open(samples().find((path) => path.includes("cut")));
  const panel = await open(scope);
  const problem = panel.getByRole("listitem").filter({ hasText: "Problem" }).first();
  await expect(problem).toContainText("Damaged stretches: 1");
  await problem.getByRole("button", { name: /^at / }).click();
  await expect(scope.selectedEvent).toHaveCount(1);
});
