// Where a file comes from: wrapped in gzip or zstd, or at an address with all that can go wrong there.

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { gzipSync } from "node:zlib";
import { events } from "./binlog.mjs";
import { hostBytes } from "./faulty-host.mjs";
import { samples } from "./machine.mjs";
import { expect, test } from "./scope.mjs";

const SAMPLE = samples().find((path) => basename(path) === "mysql-9.7-shop.binlog");
const PLAIN = readFileSync(SAMPLE);
const LAST = events(PLAIN).at(-1).start;

/** The sample's transactions again and again, to some MiB, positions and checksums left as they are. */
const LARGE = (() => {
  const parts = [PLAIN];
  const rest = PLAIN.subarray(events(PLAIN)[1].start, LAST);
  for (let size = PLAIN.length; size < 6 << 20; size += rest.length) parts.push(rest);
  return Buffer.concat(parts);
})();

async function ourFiles(page) {
  return page.evaluate(async () => {
    const names = [];
    for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name);
    return names.filter((name) => name.startsWith("binlogscope-unpacked-"));
  });
}

async function shownBytesAre(scope, plain) {
  const shown = await scope.byteCells.evaluateAll((cells) => cells.map((cell) => [Number(cell.dataset.offset), cell.textContent]));
  expect(shown.length).toBeGreaterThan(20);
  for (const [offset, text] of shown) expect(parseInt(text, 16), `byte ${offset}`).toBe(plain[offset]);
}

async function openUrl(page, url) {
  await page.getByRole("button", { name: "Open URL" }).click();
  await page.getByRole("textbox", { name: "Address" }).fill(url);
  await page.getByRole("textbox", { name: "Address" }).press("Enter");
}

/** A Zstandard frame of stored blocks, after a frame to be skipped: what Node 20 cannot make itself. */
function zstdFrame(plain) {
  const parts = [Buffer.from("5a2a4d1803000000616263" + "28b52ffd0058", "hex")];
  for (let at = 0; at < plain.length; at += 65536) {
    const block = plain.subarray(at, at + 65536);
    const head = Buffer.alloc(4);
    head.writeUInt32LE((block.length << 3) | Number(at + 65536 >= plain.length));
    parts.push(head.subarray(0, 3), block);
  }
  return Buffer.concat(parts);
}

const wrapped = { gzip: gzipSync, zstd: zstdFrame };

for (const [name, wrap] of Object.entries(wrapped)) {
  test(`a log in ${name} shows its own bytes and offsets, and leaves nothing behind`, async ({ scope, page }) => {
    await scope.dropBytes("binlog.000042.packed", wrap(PLAIN).toString("base64"));
    await scope.walked("binlog.000042.packed");
    await expect(scope.facts).toContainText(`unpacked from ${name}`);
    await scope.showEveryEvent();
    await scope.lastEvent();
    expect((await scope.eventStart()).offset).toBe(LAST);
    await shownBytesAre(scope, PLAIN);
    expect(await ourFiles(page)).toHaveLength(1);
    await scope.chooseSample(/MariaDB 10.11/);
    await expect(scope.facts).not.toContainText("unpacked");
    await expect.poll(() => ourFiles(page)).toEqual([]);
  });
}

test("what an earlier visit left is deleted", async ({ scope, page }) => {
  await scope.dropBytes("binlog.000042.gz", gzipSync(PLAIN).toString("base64"));
  await scope.walked("binlog.000042.gz");
  expect(await ourFiles(page)).toHaveLength(1);
  await page.reload();
  await scope.ready();
  await expect.poll(() => ourFiles(page)).toEqual([]);
});

test("a wrapper that breaks off shows what came before, and says where", async ({ scope, page }) => {
  const packed = gzipSync(LARGE);
  const cut = packed.subarray(0, packed.length - 50_000);
  await scope.dropBytes("cut.gz", cut.toString("base64"));
  await expect(scope.facts).toContainText("cut.gz");
  await expect(page.getByRole("note").filter({ hasText: `breaks off after ${cut.length}` })).toBeVisible();
  await scope.showEveryEvent();
  await expect(scope.rowAt(events(PLAIN)[2].start)).toBeVisible();
});

test("without a file system of its own the page unpacks into memory", async ({ scope, page }) => {
  await page.addInitScript(() => delete StorageManager.prototype.getDirectory);
  await page.route("**/worker_boot.js", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `delete StorageManager.prototype.getDirectory;\n${await response.text()}` });
  });
  await page.reload();
  await scope.ready();
  await scope.dropBytes("large.gz", gzipSync(LARGE).toString("base64"));
  await scope.walked("large.gz");
  await scope.goTo(LAST);
  await shownBytesAre(scope, LARGE);
});

/** Addresses on other origins: the witness allows that host, and the complaints that belong to the fault. */
const remote = test.extend({
  host: async ({ witness }, use) => {
    const host = await hostBytes(LARGE, { etag: '"one"' });
    const elsewhere = witness.elsewhere.bind(witness);
    witness.elsewhere = () => elsewhere().filter((url) => url !== host.url);
    await use(host);
    await host.stop();
  },
});

remote("an address is opened and walked in one transfer; looking back asks for ranges", async ({
  scope, page, host,
}) => {
  await openUrl(page, host.url);
  await scope.walked("binlog.000042");
  expect(host.requests.filter(({ range }) => /^bytes=\d+-$/.test(range))).toHaveLength(1);
  await scope.goTo(LAST);
  await shownBytesAre(scope, LARGE);
  await expect.poll(() => new URL(page.url()).hash).toContain(`file=${encodeURIComponent(host.url).replaceAll("%3A", ":").replaceAll("%2F", "/")}`);
  for (const { headers } of host.requests) expect(headers.cookie ?? headers.referer).toBeUndefined();
});

remote("a server that shows neither range nor version still works", async ({ scope, page, host }) => {
  host.exposed = false;
  await openUrl(page, host.url);
  await scope.walked("binlog.000042");
  await scope.goTo(LAST);
  await shownBytesAre(scope, LARGE);
});

remote("a link to an address asks first", async ({ scope, page, host, witness }) => {
  await page.evaluate((hash) => (location.hash = hash), `#file=${encodeURIComponent(host.url)}&at=${LAST}`);
  const banner = page.getByRole("note").filter({ hasText: new URL(host.url).host });
  await expect(banner).toBeVisible();
  expect(host.requests).toHaveLength(0);
  await banner.getByRole("button", { name: "Fetch it" }).click();
  await scope.walked("binlog.000042");
  await expect.poll(async () => (await scope.eventStart()).offset).toBe(LAST);
  expect(host.requests.length).toBeGreaterThan(0);
  expect(witness.complaints).toEqual([]);
});

remote("a broken connection is taken up where it broke", async ({ scope, page, host, witness }) => {
  Object.assign(host, { drops: 2, dropAfter: 1 << 20 });
  await openUrl(page, host.url);
  await scope.walked("binlog.000042");
  const from = host.requests.map(({ range }) => /^bytes=(\d+)-$/.exec(range)?.[1]).filter(Boolean).map(Number);
  expect(from[0]).toBe(0);
  expect(from.length).toBe(3);
  expect(from[1]).toBeGreaterThan(0);
  expect(from[2]).toBeGreaterThan(from[1]);
  witness.complaints = witness.complaints.filter((text) => !/ERR_CONTENT_LENGTH_MISMATCH|ERR_CONNECTION/.test(text));
});

remote("an address that was open before is not transferred again", async ({ scope, page, host }) => {
  await openUrl(page, host.url);
  await scope.walked("binlog.000042");
  const rows = await scope.events.getAttribute("aria-rowcount");
  const kept = () =>
    page.evaluate(async () => {
      const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("indexes", { create: true });
      let bytes = 0;
      for await (const file of folder.values()) bytes += (await file.getFile()).size;
      return bytes;
    });
  await expect.poll(kept).toBeGreaterThan(1000);
  await page.goto("about:blank");
  await page.goto("");
  await scope.ready();
  host.requests.length = 0;
  await openUrl(page, host.url);
  await scope.walked("binlog.000042");
  await expect(page.getByText("The index was kept from earlier")).toBeVisible();
  await expect(scope.events).toHaveAttribute("aria-rowcount", rows);
  // The transfer that says what the file is ends there; samples of it are read.
  expect(host.requests.filter(({ range }) => /^bytes=\d+-$/.test(range)).map(({ range }) => range)).toEqual(["bytes=0-"]);
  await scope.goTo(LARGE.length - (LAST - events(PLAIN)[1].start));
  await shownBytesAre(scope, LARGE);
});

for (const ranges of [true, false]) {
  remote(`a transfer that was cancelled goes on where it was, ${ranges ? "with" : "without"} ranges`, async ({
    scope, page, host,
  }) => {
    Object.assign(host, { ranges, holdAfter: 2 << 20 });
    await openUrl(page, host.url);
    await expect(scope.progress).toBeVisible();
    await expect.poll(async () => Number(await scope.progress.getAttribute("aria-valuenow"))).toBeGreaterThan(5);
    await page.getByRole("button", { name: "Cancel" }).click();
    await expect(scope.progress).toHaveCount(0);
    // What was found stays.
    await scope.events.focus();
    await page.keyboard.press("Home");
    await scope.ready();
    await page.getByRole("button", { name: "Go on" }).click();
    host.release();
    await scope.walked("binlog.000042");
    await scope.goTo(LARGE.length - (LAST - events(PLAIN)[1].start));
    await shownBytesAre(scope, LARGE);
    const transfers = host.requests.map(({ range }) => /^bytes=(\d+)-$/.exec(range)?.[1]).filter(Boolean).map(Number);
    if (ranges) {
      expect(transfers.length).toBe(2);
      expect(transfers[1], "not from the beginning").toBeGreaterThan(256 << 10);
    } else {
      expect(host.requests.filter(({ method }) => method === "GET")).toHaveLength(1);
    }
  });
}

remote("a file that changed meanwhile is not mixed with the old one", async ({ scope, page, host, witness }) => {
  Object.assign(host, { drops: 1, dropAfter: 1 << 20 });
  const asked = expect.poll(() => host.requests.length);
  await openUrl(page, host.url);
  await asked.toBeGreaterThan(0);
  host.etag = '"two"';
  await expect(page.getByRole("note").filter({ hasText: "changed on its server" })).toBeVisible();
  witness.complaints = witness.complaints.filter((text) => !/ERR_CONTENT_LENGTH_MISMATCH|ERR_CONNECTION/.test(text));
});

remote("without ranges the file is fetched whole, and that is said", async ({ scope, page, host }) => {
  host.ranges = false;
  await openUrl(page, host.url);
  await scope.walked("binlog.000042");
  await expect(page.getByRole("note").filter({ hasText: "offers no ranges" })).toBeVisible();
  await scope.goTo(LAST);
  await shownBytesAre(scope, LARGE);
  expect(host.requests).toHaveLength(1);
});

remote("a wrapped file at an address is unpacked, with ranges and without", async ({ scope, page, host }) => {
  host.bytes = gzipSync(LARGE);
  for (const ranges of [true, false]) {
    host.ranges = ranges;
    await openUrl(page, host.url);
    await expect(scope.facts).toContainText("unpacked from gzip");
    await scope.walked("binlog.000042");
    await scope.goTo(LAST);
    await shownBytesAre(scope, LARGE);
    await scope.chooseSample(/MariaDB 10.11/);
    await expect(scope.facts).not.toContainText("unpacked");
  }
});

remote("what is missing or forbidden, or not for other sites, is said plainly", async ({
  scope, page, host, witness,
}) => {
  for (const [fault, text] of [
    [{ status: 404 }, /There is nothing at .* \(status 404\)/],
    [{ status: 403 }, /without permission \(status 403\)/],
    [{ status: 500 }, /with status 500/],
    [{ cors: false, status: undefined }, /does not let pages of other sites read it/],
  ]) {
    Object.assign(host, fault);
    await openUrl(page, host.url);
    await expect(scope.alert).toContainText(text);
    await scope.ready();
  }
  await openUrl(page, "ftp://127.0.0.1/binlog.000042");
  await expect(scope.alert).toContainText("is no address that can be opened");
  // The browser itself says so too.
  witness.complaints = witness.complaints.filter((text) => !/404|403|500|CORS|ERR_FAILED/.test(text));
});

test("files chosen together stand in the order of their numbers, and stepping goes on in the next", async ({
  scope, page,
}) => {
  const other = readFileSync(samples().find((path) => basename(path) === "mysql-9.7-statement.binlog"));
  const file = (name, buffer) => ({ name, mimeType: "application/octet-stream", buffer });
  await scope.open([
    file("binlog.000003", other),
    file("binlog.index", Buffer.from("./binlog.000001\n./binlog.000003\n")),
    file("binlog.000001", PLAIN),
  ]);
  await scope.walked("binlog.000001");
  const choice = page.getByRole("combobox", { name: "Files opened together" });
  await expect(choice.locator("option")).toHaveText([/^binlog\.000001/, /after a gap.*binlog\.000003/]);
  await scope.showEveryEvent();
  await scope.lastEvent();
  await page.keyboard.press(".");
  await scope.walked("binlog.000003");
  await expect.poll(async () => (await scope.eventStart()).offset).toBeLessThan(5);
  await scope.goTo(4);
  await page.keyboard.press(",");
  await page.keyboard.press(",");
  await scope.walked("binlog.000001");
  await expect.poll(async () => (await scope.eventStart()).offset).toBe(LAST);
  await choice.selectOption({ index: 1 });
  await scope.walked("binlog.000003");
  // Another file alone ends it.
  await scope.chooseSample(/MariaDB 10.11/);
  await expect(choice).toHaveCount(0);
});
