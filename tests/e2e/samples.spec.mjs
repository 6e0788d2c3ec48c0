// Each sample: dropped, listed, walked to its end.

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { events } from "./binlog.mjs";
import { samples } from "./machine.mjs";
import { Scope, expect, test } from "./scope.mjs";

test("opens on a finished example, not on an empty box", async ({ scope }) => {
  await expect(scope.facts).toContainText(".binlog");
  await expect(scope.alert).toHaveCount(0);
  const { start, end } = await scope.field();
  await scope.expectLit({ start, end });
});

test("a sample that comes late does not take the place of what was opened meanwhile", async ({ page, scope }) => {
  let come;
  const late = new Promise((resolve) => (come = resolve));
  let came = 0;
  await page.route("**/samples/*.binlog", async (route) => {
    await late;
    await route.continue();
  });
  page.on("requestfinished", (request) => (came += request.url().endsWith(".binlog") ? 1 : 0));
  await page.reload();
  const path = samples().find((sample) => sample.includes("mariadb-10.11"));
  await scope.open(path);
  await scope.walked(basename(path));
  come();
  await expect.poll(() => came).toBeGreaterThan(0);
  // Longer than it takes to open.
  await page.waitForTimeout(1000);
  await scope.walked(basename(path));
});

for (const path of samples()) {
  const name = basename(path);
  const bytes = readFileSync(path);
  const known = events(bytes);
  const cut = known.at(-1).end < bytes.length;

  test(`${name}: every event is listed, the last one reaches the end`, async ({ scope }) => {
    await scope.drop(path);
    await scope.walked(name);
    await scope.showEveryEvent();
    const listed = await scope.listedStarts();
    for (const { start } of known) expect(listed, `event at ${start}`).toContain(start);

    await scope.lastEvent();
    await expect.poll(() => scope.shownFieldsEnd()).toBe(bytes.length);
    await expect(scope.alert).toHaveCount(cut ? 1 : 0);
  });
}

test("a sample can be chosen from the page", async ({ scope }) => {
  await expect(scope.facts).not.toContainText("MariaDB");
  await scope.chooseSample("MariaDB 11.8");
  await scope.walked("mariadb-11.8-shop.binlog");
});

test("pasted text opens", async ({ scope, page }) => {
  const sample = samples().find((path) => path.includes("statement"));
  await page.getByRole("button", { name: "Paste" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").fill(readFileSync(sample).toString("base64"));
  await dialog.getByRole("button", { name: "Open the text" }).click();
  await expect(dialog).toBeHidden();
  await scope.ready();
  await scope.idle();
  await scope.showEveryEvent();
  expect(await scope.listedStarts()).toEqual(
    expect.arrayContaining(events(readFileSync(sample)).map((event) => event.start)),
  );
});

test("a file opens by the button", async ({ scope }) => {
  const path = samples().find((sample) => sample.includes("mariadb-10.11"));
  await scope.open(path);
  await scope.walked(basename(path));
});

test("two pages side by side do not disturb each other", async ({ scope, context, baseURL }) => {
  const other = new Scope(await context.newPage());
  await other.visit(baseURL);
  const [first, second] = [samples().at(0), samples().at(-1)];
  await scope.drop(first);
  await other.drop(second);
  await scope.walked(basename(first));
  await other.walked(basename(second));
  await other.page.close();
});
