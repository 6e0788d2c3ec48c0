// axe finds nothing, in light and in dark, whatever is open.

import { violations } from "./axe.mjs";
import { samples } from "./machine.mjs";
import { expect, test } from "./scope.mjs";

for (const colorScheme of ["light", "dark"]) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test("the page", async ({ scope, page }) => {
      await scope.goTo(4);
      await scope.fields.getByRole("treeitem").nth(2).click();
      expect(await violations(page)).toEqual([]);
    });

    test("a compressed payload", async ({ scope, page }) => {
      await scope.drop(samples().find((path) => path.includes("compressed")));
      await scope.walked("mysql-9.7-compressed.binlog");
      expect(await violations(page)).toEqual([]);
    });

    test("an error", async ({ scope, page }) => {
      await scope.dropBytes("nothing.bin", Buffer.alloc(100, 0xff).toString("base64"));
      await expect(scope.alert).toHaveCount(1);
      expect(await violations(page)).toEqual([]);
    });

    test("the paste dialog", async ({ page, scope }) => {
      await page.getByRole("button", { name: "Paste" }).click();
      await expect(page.getByRole("dialog")).toBeVisible();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press("Escape");
      await expect(page.getByRole("dialog")).toBeHidden();
      await scope.ready();
    });
  });
}

test.describe("narrow", () => {
  test.use({ viewport: { width: 480, height: 800 } });

  test("the page", async ({ page, witness }) => {
    await page.goto("");
    await expect(page.getByRole("treegrid", { name: "Events" })).toBeVisible();
    expect(await violations(page)).toEqual([]);
    witness.expectNothing();
  });
});
