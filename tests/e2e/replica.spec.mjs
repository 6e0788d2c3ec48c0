// What a real replica said when it stopped, pasted: the event that it means is opened.

import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { ROOT, SCREENS } from "./machine.mjs";
import { expect, test } from "./scope.mjs";

const FOLDER = join(ROOT, "tests/fixtures/replica");
const SOURCE = join(FOLDER, "mysql-9.7.source");
const said = (name) => readFileSync(join(FOLDER, name), "utf8");

async function paste(page, text) {
  await page.getByRole("button", { name: "Paste", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Paste" });
  await dialog.getByRole("textbox").fill(text);
  await dialog.getByRole("textbox").press("Control+Enter");
  await expect(dialog).toHaveCount(0);
}

const banner = (page) => page.getByRole("note").filter({ hasText: "Read from the pasted text" });

test("the error log's line leads to the row with the key", async ({ scope, page }) => {
  await scope.open(SOURCE);
  await scope.walked(basename(SOURCE));
  await paste(page, said("mysql-9.7-duplicate.log"));
  await expect(scope.selectedEvent).toContainText("WRITE_ROWS");
  await expect(scope.selectedField).toHaveAttribute("data-path", "rows[2]");
  await expect(banner(page)).toContainText("end_log_pos 1767");
  await expect(banner(page)).toContainText("key 2-8");
  await page.screenshot({ path: join(SCREENS, "replica-error.png") });
  // The copy has another name than the log: said, not hidden.
  await expect(banner(page)).toContainText("The open file is called mysql-9.7.source");
  await page.goBack();
  await expect(scope.selectedEvent).not.toContainText("WRITE_ROWS");
});

test("a row of performance_schema leads into the compressed transaction", async ({ scope, page }) => {
  await scope.open(SOURCE);
  await scope.walked(basename(SOURCE));
  await paste(page, said("mysql-9.7-missing-compressed.worker.txt"));
  await expect(scope.selectedEvent).toContainText("UPDATE_ROWS");
  await expect(scope.selectedEvent).toContainText("customers");
  await expect(scope.selectedEvent).toHaveAttribute("aria-level", "3");
});

test("what is not in the open file is found in the one opened next", async ({ scope, page }) => {
  await scope.idle();
  await paste(page, said("mysql-9.7-duplicate.worker.txt"));
  await expect(banner(page)).toContainText("Open binlog.000001 to go there");
  await expect(banner(page).getByRole("button", { name: "Open the file" })).toBeVisible();
  await scope.open(SOURCE);
  await expect(scope.selectedEvent).toContainText("WRITE_ROWS");
  await expect(banner(page)).toContainText("selected below");
  await banner(page).getByRole("button", { name: "Dismiss" }).click();
  await expect(banner(page)).toHaveCount(0);
});

test("text with bytes is still opened as bytes", async ({ scope, page }) => {
  await paste(page, "BINLOG '\nWi6yWg8BAAAAdwAAAHsAAAAAAAQANS43LjE3LWxvZwA=\n'/*!*/;");
  await expect(page.getByRole("listitem").filter({ hasText: "paste" }).first()).toBeVisible();
  await expect(banner(page)).toHaveCount(0);
  await scope.ready();
});
