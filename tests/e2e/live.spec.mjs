// A live server in the page: its rows as they are written, the recording as a file, and the words for how it is.

import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { violations } from "./axe.mjs";
import { hasDatabase, startDatabase } from "./database.mjs";
import { bar, connect, state } from "./live-bar.mjs";
import { folder, SCREENS, startServer } from "./machine.mjs";
import { expect, Scope, showsItsText, test as base, Witness } from "./scope.mjs";

const SERVER = "mysql-9.7";

const test = base.extend({
  database: [
    async ({}, use) => {
      const database = await startDatabase(SERVER);
      database.sql(
        "CREATE DATABASE shop; CREATE TABLE shop.item (id INT PRIMARY KEY, name VARCHAR(60));" +
          "INSERT INTO shop.item VALUES (1, 'before');",
      );
      await use(database);
      database.stop();
    },
    { scope: "worker" },
  ],
  server: [
    async ({ database }, use) => {
      const upstreams = ["--upstream", `shop=${database.url}`, "--upstream", "gone=mysql://root@127.0.0.1:1"];
      const server = await startServer([], upstreams);
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
});

test.skip(!hasDatabase(SERVER), `no server ${SERVER}: nothing live is tested`);

/** What the end of the list of all events says, row by row, the last one selected; and how many there are. */
async function lastRows(scope) {
  const plain = scope.page.getByRole("button", { name: "Plain", exact: true });
  await plain.click();
  await expect(plain).toHaveAttribute("aria-pressed", "true");
  await scope.events.press("End");
  const count = await scope.events.getAttribute("aria-rowcount");
  await expect(scope.events.locator(`#event-row-${Number(count) - 1}`)).toHaveAttribute("aria-selected", "true");
  // Fewer fit below the line of a live server.
  const texts = await scope.events.locator("[role=row]:not(.column-names)").allInnerTexts();
  return { count, texts: texts.slice(-10) };
}

test("rows appear as they are written, and the recording has the same events", async ({ scope, page, database }) => {
  await connect(page, "shop", "now");
  await expect(state(page)).toHaveAttribute("data-state", "live");
  await scope.ready();
  database.sql("INSERT INTO shop.item VALUES (10, 'a live kettle'), (11, '<b>bold</b>');");
  const inserted = scope.events.getByRole("row").filter({ hasText: "shop.item" }).last();
  await expect(inserted).toBeVisible();
  await expect(bar(page)).toContainText("binlog.000001:");
  await expect(bar(page)).toContainText(/GTIDs [0-9a-f]{8}-/);
  // The column's bytes are lit; markup in values is text.
  const filter = page.getByRole("searchbox");
  await filter.fill("type:WRITE_ROWS");
  await filter.press("Enter");
  const event = scope.events.getByRole("row").filter({ hasText: "WRITE_ROWS" }).last();
  await event.click();
  await expect(scope.selectedEvent).toContainText("WRITE_ROWS");
  await filter.fill("");
  await filter.press("Enter");
  await filter.press("Escape");
  await scope.events.focus();
  await expect(page.locator("b", { hasText: "bold" })).toHaveCount(0);
  // How the bridge logged in and asked for the stream: what is secret is blanked.
  await page.getByRole("tab", { name: "Conversation" }).click();
  const packets = page.getByRole("grid", { name: "Packets" });
  await packets.focus();
  await page.keyboard.press("Home");
  await expect(packets.getByRole("row").filter({ hasText: "HandshakeV10" })).toContainText("9.7");
  await page.screenshot({ path: join(SCREENS, "live-conversation.png") });
  await page.getByRole("tab", { name: "Fields" }).click();
  // Held: recording goes on, and what came is there when it is let go.
  await bar(page).getByRole("button", { name: "Pause" }).click();
  await expect(state(page)).toHaveAttribute("data-state", "paused");
  // What was on its way is there.
  let held;
  await expect
    .poll(async () => {
      const before = held;
      held = await scope.events.getAttribute("aria-rowcount");
      return held === before;
    }, { intervals: [500] })
    .toBe(true);
  const recorded = await bar(page).locator(".live-facts").innerText();
  database.sql("INSERT INTO shop.item VALUES (20, 'held');");
  await expect.poll(() => bar(page).locator(".live-facts").innerText()).not.toBe(recorded);
  expect(await scope.events.getAttribute("aria-rowcount")).toBe(held);
  await page.screenshot({ path: join(SCREENS, "live-paused.png") });
  await bar(page).getByRole("button", { name: "Pause" }).click();
  await expect(scope.events).not.toHaveAttribute("aria-rowcount", held);
  await page.screenshot({ path: join(SCREENS, "live.png") });
  expect(await violations(page)).toEqual([]);
  // Many rows: the list stays at its end.
  const many = Array.from({ length: 60 }, (_, at) => `INSERT INTO shop.item VALUES (${100 + at}, 'row ${at}');`);
  database.sql(many.join(""));
  await expect.poll(async () => Number(await scope.events.getAttribute("aria-rowcount"))).toBeGreaterThan(60);
  const count = await scope.events.getAttribute("aria-rowcount");
  const last = scope.events.locator(`#event-row-${Number(count) - 1}`);
  await expect(last).toBeInViewport();
  // Stop, save, and open what was saved.
  await bar(page).getByRole("button", { name: "Stop" }).click();
  await expect(state(page)).toHaveAttribute("data-state", "stopped");
  const download = page.waitForEvent("download");
  await bar(page).getByRole("button", { name: "Save recording" }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toBe("shop-binlog.000001.binlog");
  const path = join(folder("live"), saved.suggestedFilename());
  copyFileSync(await saved.path(), path);
  expect(readFileSync(path).subarray(0, 4)).toEqual(Buffer.from("\xfebin", "latin1"));
  const before = await lastRows(scope);
  expect(before.texts).toHaveLength(10);
  await scope.open(path);
  await scope.walked(saved.suggestedFilename());
  await expect(bar(page)).toHaveCount(0);
  await expect(scope.events).toHaveAttribute("aria-rowcount", before.count);
  expect(await lastRows(scope)).toEqual(before);
});

test("the log from its beginning, filtered and counted while it grows", async ({ scope, page, database }) => {
  await connect(page, "shop", "oldest");
  await expect(state(page)).toHaveAttribute("data-state", "live");
  await scope.ready();
  database.sql("CREATE TABLE IF NOT EXISTS shop.later (id INT); INSERT INTO shop.later VALUES (7);");
  const filter = page.getByRole("searchbox");
  await filter.fill("table:shop.later");
  await filter.press("Enter");
  await expect(page.locator(".found")).toContainText("1 of ");
  await expect(scope.events.getByRole("row").filter({ hasText: "shop.later" }).first()).toBeVisible();
  const found = Number(await scope.events.getAttribute("aria-rowcount"));
  database.sql("INSERT INTO shop.later VALUES (8);");
  await expect.poll(async () => Number(await scope.events.getAttribute("aria-rowcount"))).toBeGreaterThan(found);
  await page.getByRole("tab", { name: "Statistics" }).click();
  await expect(page.getByRole("tabpanel", { name: "Statistics" })).toContainText("shop.later");
  // Another source in its place: the stream is left.
  await page.getByRole("tab", { name: "Fields" }).click();
});

test("a server that is not there is tried again, and that is said", async ({ page, server }) => {
  const witness = new Witness(page, server.url);
  const scope = new Scope(page);
  await scope.visit(server.url);
  await connect(page, "gone", "now");
  await expect(state(page)).toHaveAttribute("data-state", "retrying");
  await expect(state(page)).toContainText(/Retrying in \d+ s/);
  await expect(bar(page)).toContainText("Connection refused");
  await expect(bar(page)).toContainText("Nobody listens there: check host and port");
  await page.screenshot({ path: join(SCREENS, "live-retrying.png") });
  // In the reader's language; what the system said stays as it was said.
  await page.locator("select.language").selectOption("zh-CN");
  const why = page.locator(".live-why");
  await expect(why).toContainText("连接被拒绝（Connection refused (os error 111)）");
  await expect(why).toContainText("请检查主机和端口");
  await page.screenshot({ path: join(SCREENS, "live-retrying-zh-CN.png") });
  await page.setViewportSize({ width: 600, height: 900 });
  await page.screenshot({ path: join(SCREENS, "live-retrying-narrow.png") });
  expect(witness.complaints).toEqual([]);
});

test("at the limit that the reader set recording ends, and says so", async ({ scope, page, database }) => {
  await connect(page, "shop", "now", "1");
  await expect(state(page)).toHaveAttribute("data-state", "live");
  await scope.ready();
  database.sql("CREATE TABLE IF NOT EXISTS shop.large (note LONGTEXT); INSERT INTO shop.large VALUES (REPEAT('x', 2000000));");
  await expect(state(page)).toHaveAttribute("data-state", "stopped");
  await expect(state(page)).toContainText("The limit of");
  await expect(bar(page).getByRole("button", { name: "Save recording" })).toBeVisible();
});

test("what is typed into the dialog stands while the page moves on behind it", async ({ scope, page }) => {
  await scope.idle();
  await page.getByRole("button", { name: "Connect" }).click();
  const dialog = page.getByRole("dialog", { name: "Connect to a live server" });
  const limit = dialog.getByRole("spinbutton", { name: "Record" });
  await expect(limit).toHaveValue("1024");
  await limit.fill("7");
  // The dialog is rendered anew when a choice is made, and when anything of the page changes.
  await dialog.getByRole("combobox").last().selectOption("position");
  const [file, position] = [dialog.getByRole("textbox"), dialog.getByRole("spinbutton").first()];
  await file.fill("binlog.000007");
  await position.fill("157");
  await page.setViewportSize({ width: 1100, height: 700 });
  await dialog.getByRole("combobox").last().selectOption("position");
  await expect(limit).toHaveValue("7");
  await expect(file).toHaveValue("binlog.000007");
  await expect(position).toHaveValue("157");
});

for (const [scheme, language] of [["light", "en"], ["dark", "en"], ["light", "zh-CN"]]) {
  test(`the dialog in ${scheme}, ${language}`, async ({ scope, page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await scope.idle();
    if (language !== "en") await page.locator("select.language").selectOption(language);
    await page.locator("header.top button", { hasText: language === "en" ? "Connect" : "连接" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.locator("select").nth(1).selectOption("position");
    await expect(dialog.locator("input")).toHaveCount(3);
    await page.screenshot({ path: join(SCREENS, `connect-${scheme}-${language}.png`) });
    await page.setViewportSize({ width: 600, height: 900 });
    await dialog.locator("select").nth(1).selectOption("gtids");
    // What is to be typed is shown whole, and every field is reached by Tab.
    const gtids = dialog.locator("input").first();
    await expect(gtids).toBeVisible();
    expect(await showsItsText(gtids)).toBe(true);
    await dialog.locator("select").first().focus();
    for (const next of [dialog.locator("select").nth(1), gtids, dialog.locator("input").nth(1)]) {
      await page.keyboard.press("Tab");
      await expect(next).toBeFocused();
    }
    await page.keyboard.press("Tab");
    await expect(dialog.locator("button[type=submit]")).toBeFocused();
    await page.screenshot({ path: join(SCREENS, `connect-narrow-${scheme}-${language}.png`) });
  });
}
