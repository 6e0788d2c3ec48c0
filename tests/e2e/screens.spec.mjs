// Pictures of the page, for people to look at: target/screens/. One is the README's.

import { copyFileSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { events } from "./binlog.mjs";
import { ROOT, SCREENS, folder, samples } from "./machine.mjs";
import { expect, test } from "./scope.mjs";

const SHOP = samples().find((path) => basename(path) === "mysql-9.7-shop.binlog");
const WRITE_ROWS = 30;

folder("screens");

async function picture(page, name) {
  const path = join(SCREENS, `${name}.png`);
  await page.screenshot({ path });
  expect(statSync(path).size, "a page with something on it").toBeGreaterThan(20_000);
  return path;
}

/** A row event with a value selected: the picture that tells what this is. */
async function showARow(page) {
  const event = events(readFileSync(SHOP)).find((event) => event.type === WRITE_ROWS);
  await page.goto(`#file=${basename(SHOP)}&at=${event.start}&field=rows[0].after[1]`);
  await expect(page.locator('[role="treeitem"][aria-selected="true"]')).toBeVisible();
  await expect(page.locator('[role="grid"] [data-offset][aria-selected="true"]').first()).toBeVisible();
  // Explanations are fetched when first needed; a column of text has this one.
  await expect(page.getByText(/VARCHAR or VARBINARY/)).toBeVisible();
}

for (const [name, options] of [
  ["light-1440", { colorScheme: "light", viewport: { width: 1440, height: 900 } }],
  ["dark-1440", { colorScheme: "dark", viewport: { width: 1440, height: 900 } }],
  ["light-1024", { colorScheme: "light", viewport: { width: 1024, height: 768 } }],
  ["dark-1024", { colorScheme: "dark", viewport: { width: 1024, height: 768 } }],
  ["chinese-1440", { locale: "zh-CN", viewport: { width: 1440, height: 900 } }],
  ["narrow-480", { viewport: { width: 480, height: 900 } }],
]) {
  test.describe(name, () => {
    test.use(options);

    test("picture", async ({ page, witness }) => {
      if (name.startsWith("narrow")) {
        await page.goto("");
        await expect(page.locator('[role="treegrid"] [role="row"][data-offset]').first()).toBeVisible();
      } else {
        await showARow(page);
      }
      const path = await picture(page, name);
      if (name === "light-1440" && process.env.UPDATE_SCREENSHOT) {
        mkdirSync(join(ROOT, "docs"), { recursive: true });
        copyFileSync(path, join(ROOT, "docs/screenshot.png"));
      }
      witness.expectNothing();
    });
  });
}

test("first visit, error and payload", async ({ scope, page }) => {
  await picture(page, "first-visit");
  await scope.dropBytes("holiday.jpg", Buffer.concat([Buffer.from("ffd8ffe000104a464946", "hex"), Buffer.alloc(999)]).toString("base64"));
  await expect(scope.alert).toHaveCount(1);
  await picture(page, "foreign-file");
  await scope.drop(samples().find((path) => path.includes("compressed")));
  await scope.walked("mysql-9.7-compressed.binlog");
  const payload = events(readFileSync(samples().find((path) => path.includes("compressed")))).find((event) => event.type === 40);
  await scope.goTo(payload.start);
  await scope.enterPayload();
  await picture(page, "payload");
});
