// What axe finds wrong with the page as it stands.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect } from "@playwright/test";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export async function violations(page) {
  await page.evaluate(AXE);
  const results = await page.evaluate(() => window.axe.run(document));
  expect(results.passes.length, "axe looked at the page").toBeGreaterThan(10);
  return results.violations.map(({ id, help, nodes }) => ({
    id,
    help,
    nodes: nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} ${node.failureSummary ?? ""}`),
  }));
}
