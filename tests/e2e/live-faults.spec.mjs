// A live server while things go wrong: the tab sleeps, the server crashes and takes events back.

import { copyFileSync, readFileSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { hasDatabase, startDatabase } from "./database.mjs";
import { bar, connect, state } from "./live-bar.mjs";
import { folder, startServer } from "./machine.mjs";
import { expect, test as base } from "./scope.mjs";
import { startWire } from "./wire.mjs";

const SERVER = "mysql-9.7";

const test = base.extend({
  database: [
    async ({}, use) => {
      const database = await startDatabase(SERVER);
      database.sql("CREATE DATABASE shop; CREATE TABLE shop.item (id INT AUTO_INCREMENT PRIMARY KEY, note LONGTEXT);");
      await use(database);
      database.stop();
    },
    { scope: "worker" },
  ],
  wire: [
    async ({ database }, use) => {
      const wire = await startWire(database.port);
      await use(wire);
      wire.stop();
    },
    { scope: "worker" },
  ],
  server: [
    async ({ wire }, use) => {
      const server = await startServer([], ["--upstream", `shop=mysql://root@127.0.0.1:${wire.port}?ssl-mode=disabled`]);
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
});

test.skip(!hasDatabase(SERVER), `no server ${SERVER}: nothing live is tested`);

const rows = async (scope) => Number(await scope.events.getAttribute("aria-rowcount"));

async function connected(page) {
  await connect(page, "shop", "oldest");
  await expect(state(page)).toHaveAttribute("data-state", "live");
  await expect(bar(page)).toContainText("binlog.000001:");
}

/** Stops, and saves what was recorded. */
async function recording(page) {
  await bar(page).getByRole("button", { name: "Stop" }).click();
  await expect(state(page)).toHaveAttribute("data-state", "stopped");
  const download = page.waitForEvent("download");
  await bar(page).getByRole("button", { name: "Save recording" }).click();
  const saved = await download;
  const path = join(folder("live"), `faults-${saved.suggestedFilename()}`);
  copyFileSync(await saved.path(), path);
  return readFileSync(path);
}

/** Of the events: type, size, and what is in them. The flag that says that a log is open does not count. */
function events(bytes) {
  const all = [];
  for (let at = 4; at + 19 <= bytes.length; at += bytes.readUInt32LE(at + 9)) {
    const event = bytes.subarray(at, at + bytes.readUInt32LE(at + 9));
    // What the sender made up where a file begins stands in no file.
    const madeUp = event[4] === 4 && ((event[17] & 0x20) !== 0 || event.readUInt32LE(13) === 0);
    if (!madeUp) all.push(event[4] === 15 ? `15 ${event.subarray(19, -4).toString("hex")}` : event.toString("hex"));
  }
  return all;
}

/** The server's logs, one behind the other. */
function logs(database) {
  const names = readFileSync(join(database.data, "binlog.index"), "utf8").trim().split("\n");
  return names.flatMap((name) => events(readFileSync(join(database.data, name.replace(/^\.\//, "")))));
}

test("a tab that slept has every event, each once", async ({ scope, page, database }) => {
  await connected(page);
  await scope.ready();
  const devtools = await page.context().newCDPSession(page);
  for (let round = 0; round < 2; round += 1) {
    await devtools.send("Page.setWebLifecycleState", { state: "frozen" });
    const inserts = Array.from({ length: 300 }, () => "INSERT INTO shop.item (note) VALUES (REPEAT('z', 20000));");
    database.sql(inserts.join(""));
    await new Promise((resolve) => setTimeout(resolve, 2000));
    await devtools.send("Page.setWebLifecycleState", { state: "active" });
    database.sql(`INSERT INTO shop.item (note) VALUES ('awake ${round}');`);
    const size = statSync(join(database.data, "binlog.000001")).size;
    await expect(bar(page)).toContainText(`binlog.000001:${size}`);
    await expect(state(page)).toHaveAttribute("data-state", "live");
  }
  const written = logs(database);
  // The position is the replica's, which the page's records follow.
  await expect(page.getByRole("contentinfo")).toContainText(`of ${written.length.toLocaleString("en")}`);
  expect(events(await recording(page))).toEqual(written);
});

test("what a crash took back is gone from the list, which stays as it was", async ({ scope, page, database, wire }) => {
  test.setTimeout(120_000);
  await connected(page);
  database.sql("CREATE TABLE shop.kept (id INT); INSERT INTO shop.kept VALUES (1);");
  const plain = page.getByRole("button", { name: "Plain", exact: true });
  await plain.click();
  await expect(plain).toHaveAttribute("aria-pressed", "true");
  const filter = page.getByRole("searchbox");
  await filter.fill("type:WRITE_ROWS table:shop.kept");
  await filter.press("Enter");
  await expect(scope.events).toHaveAttribute("aria-rowcount", "1");
  const log = join(database.data, "binlog.000001");
  // The bytes are the log's, and not those of what was open before.
  await scope.events.focus();
  await scope.events.press("Home");
  const first = Number(await scope.selectedEvent.getAttribute("data-offset"));
  for (const [at, byte] of readFileSync(log).subarray(first, first + 19).entries()) {
    await expect(scope.bytes.locator(`[data-offset="${first + at}"]`).first()).toHaveText(byte.toString(16).padStart(2, "0"));
  }
  for (const looksAt of ["what stays", "what goes"]) {
    await scope.events.focus();
    await scope.events.press(looksAt === "what stays" ? "Home" : "End");
    await expect(scope.selectedEvent).toContainText("shop.kept");
    const selected = await scope.selectedEvent.getAttribute("data-offset");
    const before = await rows(scope);
    const file = readFileSync(join(database.data, "binlog.index"), "utf8").trim().split("\n").at(-1).replace(/^\.\//, "");
    const path = join(database.data, file);
    const { size } = statSync(path);
    // Of a transaction of two rows' events the first passes, and the second is held on its way.
    wire.hold(6000);
    database.sql("BEGIN; INSERT INTO shop.kept VALUES (2); INSERT INTO shop.item (note) VALUES (REPEAT('w', 100000)); COMMIT;");
    await expect.poll(() => rows(scope)).toBe(before + 1);
    if (looksAt === "what goes") {
      await scope.events.press("End");
      await expect(scope.selectedEvent).not.toHaveAttribute("data-offset", selected);
    }
    const chosen = await scope.selectedEvent.getAttribute("data-offset");
    // The server had told of it, and lost it: as one does that does not wait for its disk.
    database.crash(() => {
      truncateSync(path, size);
      wire.cut();
    });
    await expect(bar(page)).toContainText("taken back");
    await expect.poll(() => rows(scope)).toBe(before);
    await expect(state(page)).toHaveAttribute("data-state", "live", { timeout: 30_000 });
    database.sql("INSERT INTO shop.kept VALUES (3);");
    await expect.poll(() => rows(scope)).toBe(before + 1);
    await expect(filter).toHaveValue("type:WRITE_ROWS table:shop.kept");
    await expect(plain).toHaveAttribute("aria-pressed", "true");
    if (looksAt === "what stays") await expect(scope.selectedEvent).toHaveAttribute("data-offset", chosen);
    await expect(scope.fields.getByRole("treeitem").first()).toBeVisible();
  }
  await filter.fill("");
  await filter.press("Enter");
  expect(statSync(log).size).toBeGreaterThan(0);
  expect(events(await recording(page))).toEqual(logs(database));
});
