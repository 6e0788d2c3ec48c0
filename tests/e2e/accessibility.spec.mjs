// axe finds nothing, in light and in dark, whatever is open.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { samples } from "./machine.mjs";
import { expect, test } from "./scope.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

async function violations(page) {
  await page.evaluate(AXE);
  const results = await page.evaluate(() => window.axe.run(document));
  expect(results.passes.length, "axe looked at the page").toBeGreaterThan(10);
  return results.violations.map(({ id, help, nodes }) => ({
    id,
    help,
    nodes: nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} ${node.failureSummary ?? ""}`),
  }));
}

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
