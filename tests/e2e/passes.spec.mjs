// The passes over a file: held and going on, stopped and going on, spread over workers, and kept for the next time.

import { existsSync, readFileSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { folder, samples } from "./machine.mjs";
import { writeRepeated } from "./repeat.mjs";
import { expect, paceFirstPass, test } from "./scope.mjs";

const SAMPLE = samples().find((sample) => sample.includes("mariadb-11.8"));
const NAME = "repeated-24MiB.binlog";
const path = join(folder("bench"), NAME);

test.beforeAll(() => {
  if (!existsSync(path) || statSync(path).size < 24 * 2 ** 20) writeRepeated(24 * 2 ** 20, path, SAMPLE);
});

/** Hears what the worker says, and can ask it things; `boot` stands before the worker's own start. */
async function listen(page, boot = "") {
  await page.addInitScript(() => {
    window.heard = [];
    window.Worker = class extends Worker {
      constructor(...all) {
        super(...all);
        window.worker = this;
        this.addEventListener("message", ({ data }) => window.heard.push(data));
      }
    };
    window.askWorker = (request) => {
      const id = 4_000_000_000 + window.heard.length;
      const { generation } = window.heard.findLast((message) => message.body).body;
      window.worker.postMessage({ body: { id, generation, request } });
      return id;
    };
  });
  if (boot) {
    await page.route("**/worker_boot.js", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: (await response.text()).replace("try {", `${boot}\ntry {`) });
    });
  }
}

const events = (page, kind) =>
  page.evaluate(
    (kind) =>
      window.heard.flatMap(({ body }) => (body?.response?.Event?.[kind] ? [body.response.Event[kind]] : [])).map((event) =>
        JSON.parse(JSON.stringify(event, (_, value) => (typeof value === "bigint" ? Number(value) : value))),
      ),
    kind,
  );

/** Waits for the second pass, and gives what it gathered, as bytes in hexadecimal. */
async function gathered(page, size) {
  await expect
    .poll(async () => (await events(page, "Gathered")).at(-1), { timeout: 50_000 })
    .toMatchObject({ bytes: size, total: size, done: true });
  const id = await page.evaluate(() => window.askWorker("Statistics"));
  const answer = () => page.evaluate((id) => window.heard.find(({ body }) => body?.id === id)?.bytes?.toString(), id);
  await expect.poll(answer).toBeTruthy();
  return answer();
}

/** Helpers that were seen at work. */
const helpers = async (page) => Math.max(...(await events(page, "Gathered")).map((event) => event.helpers));

/** The worker as it is; in a browser without workers inside of workers; and with one whose helpers die at a job. */
const BOOTS = {
  helped: `if (!self.name) self.Worker = class extends Worker {
    constructor(...all) {
      super(...all);
      this.addEventListener("message", ({ data }) => data.job && self.postMessage({ job: 0, came: data.bytes.byteLength }));
    }
    postMessage(message, ...all) {
      super.postMessage(message, ...all);
      if (message.job) self.postMessage({ job: message.job });
    }
  };`,
  alone: "if (!self.name) delete self.Worker;",
  bereaved: `if (!self.name) self.Worker = class extends Worker {
    constructor(...all) {
      super(...all);
      this.addEventListener("message", ({ data }) => {
        if (data.job > 1) this.dispatchEvent(new ErrorEvent("error", { message: "unreachable", cancelable: true }));
      });
    }
  };`,
};

/** The page with the file open, in each of these. */
async function inEach(browser, baseURL, then) {
  const found = {};
  for (const [how, boot] of Object.entries(BOOTS)) {
    const context = await browser.newContext({ baseURL });
    const page = await context.newPage();
    await listen(page, boot);
    await page.goto("");
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Open file" }).click();
    await (await chooser).setFiles(path);
    await expect(page.getByRole("list", { name: "About this file" })).toContainText(NAME);
    found[how] = await then(page, how);
    await expect(page.getByRole("alert").filter({ hasText: /\S/ })).toHaveCount(0);
    await context.close();
  }
  expect(found.alone).toEqual(found.helped);
  expect(found.bereaved).toEqual(found.helped);
  return found.helped;
}

test("the second pass finds the same with helpers, without, and when one dies", async ({ browser, baseURL }) => {
  const size = statSync(path).size;
  const found = await inEach(browser, baseURL, async (page, how) => {
    const statistics = await gathered(page, size);
    const most = await helpers(page);
    if (how === "helped") expect(most, "workers of the worker's took part").toBeGreaterThan(0);
    if (how === "alone") expect(most).toBe(0);
    return statistics;
  });
  expect(found.length).toBeGreaterThan(1000);
});

test("a search finds the same with helpers, without, and when one dies", async ({ browser, baseURL }) => {
  const size = statSync(path).size;
  const jobs = (page) => page.evaluate(() => window.heard.filter((message) => message.job).length);
  const found = await inEach(browser, baseURL, async (page, how) => {
    // While the second pass goes on, which lets searches go first; one after another, the earlier ones left.
    const views = [];
    for (const filter of ["type:xid", "table:shop.orders", "rows:>1", "row.id = 3"]) {
      await page.getByRole("searchbox").fill(filter);
      await page.keyboard.press("Enter");
      if (filter === "type:xid") continue;
      const view = async () => (await events(page, "Search")).findLast(({ text }) => text === filter);
      await expect.poll(view, { timeout: 30_000 }).toMatchObject({ text: filter, done: true });
      views.push(await view());
      expect(views.at(-1).failed).toBeUndefined();
    }
    // Helpers that had nothing left to do are started again for a search.
    const gathered = async () => (await events(page, "Gathered")).at(-1);
    await expect.poll(gathered, { timeout: 50_000 }).toMatchObject({ bytes: size, done: true });
    const before = await jobs(page);
    await page.getByRole("searchbox").fill("row.id = 4");
    await page.keyboard.press("Enter");
    const last = async () => (await events(page, "Search")).findLast(({ text }) => text === "row.id = 4");
    await expect.poll(last, { timeout: 30_000 }).toMatchObject({ done: true });
    views.push(await last());
    if (how === "helped") expect(await jobs(page), "helpers looked through blocks").toBeGreaterThan(before);
    return views;
  });
  expect(found.length).toBe(4);
  expect(found.every((view) => view.events > 100)).toBe(true);
});

test("what is unpacked goes on where it was cancelled, and helpers gather its statistics", async ({ page, scope }) => {
  // Each MiB takes a quarter of a second, until somebody says otherwise.
  const paced = `
    self.pace = 250;
    if (!self.name) new BroadcastChannel("pace").onmessage = ({ data }) => { self.pace = data; };
    const { write } = FileSystemSyncAccessHandle.prototype;
    FileSystemSyncAccessHandle.prototype.write = function (...all) {
      const until = performance.now() + self.pace;
      while (performance.now() < until);
      return write.apply(this, all);
    };`;
  await listen(page, BOOTS.helped + paced);
  await page.goto("");
  await scope.ready();
  const packed = join(folder("bench"), `${NAME}.gz`);
  writeFileSync(packed, gzipSync(readFileSync(path), { level: 1 }));
  await scope.open(packed);
  await page.getByRole("button", { name: "Pause" }).click();
  await expect(page.getByRole("button", { name: "Resume" })).toBeVisible();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(scope.progress).toHaveCount(0);
  const size = statSync(path).size;
  // What was under way when the button was pressed is told with the end.
  const cancelled = async () => (await events(page, "Progress")).at(-1).progress;
  await expect.poll(cancelled).toMatchObject({ cancelled: true });
  const { scanned } = await cancelled();
  expect(scanned).toBeLessThan(size);
  await page.waitForTimeout(500);
  expect((await events(page, "Progress")).at(-1).progress.scanned, "it stands still").toBe(scanned);
  await page.evaluate(() => new BroadcastChannel("pace").postMessage(0));
  await page.getByRole("button", { name: "Go on" }).click();
  const all = async () => (await events(page, "Progress")).at(-1).progress;
  await expect.poll(all, { timeout: 50_000 }).toMatchObject({ scanned: size, total: size, done: true, damaged: 0 });
  const steps = (await events(page, "Progress")).map(({ progress }) => progress).filter(({ total }) => total > 1e6);
  const from = steps.findIndex(({ cancelled }) => cancelled);
  expect(from).toBeGreaterThan(-1);
  expect(steps.slice(from).every(({ scanned: at }) => at >= scanned), "nothing was unpacked again").toBe(true);
  const gathered = async () => (await events(page, "Gathered")).at(-1);
  await expect.poll(gathered, { timeout: 50_000 }).toMatchObject({ bytes: size, done: true });
  // What failed would come back as a few words.
  const came = await page.evaluate(() => window.heard.map(({ came }) => came).filter(Boolean));
  expect(came.filter((bytes) => bytes > 2000).length, `helpers read the unpacked file: ${came}`).toBeGreaterThan(3);
  unlinkSync(packed);
});

test("an index is kept, taken up again, and forgotten", async ({ page, witness }) => {
  expect(witness.complaints).toEqual([]);
  await listen(page);
  await page.goto("");
  const size = statSync(path).size;
  const open = async () => {
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Open file" }).click();
    await (await chooser).setFiles(path);
    await expect(page.getByRole("list", { name: "About this file" })).toContainText(NAME);
    return gathered(page, size);
  };
  const first = await open();
  const rows = await page.getByRole("treegrid", { name: "Events" }).getAttribute("aria-rowcount");
  const walk = (all) => all.filter(({ progress }) => progress.total === size && !progress.done && progress.scanned < size);
  expect(walk(await events(page, "Progress")).length, "it was walked").toBeGreaterThan(0);
  const note = page.getByText("The index was kept from earlier");
  await expect(note).toHaveCount(0);

  const kept = async () => {
    await page.getByRole("treegrid", { name: "Events" }).focus();
    await page.keyboard.press("?");
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByText("Indexes of files seen before")).toBeVisible();
    return dialog;
  };
  // It is written after the second pass; the size of it says when.
  await expect(async () => {
    const dialog = await kept();
    const text = await dialog.locator(".kept span").textContent();
    await page.keyboard.press("Escape");
    expect(text).toMatch(/[1-9][\d.,]* (kB|KiB|MB|MiB)/);
  }).toPass();

  await page.reload();
  const again = await open();
  expect(again).toBe(first);
  expect(walk(await events(page, "Progress")), "nothing was walked again").toEqual([]);
  const told = (await events(page, "Gathered")).filter(({ total }) => total === size);
  expect(told.length, "nor gathered").toBe(1);
  await expect(page.getByRole("treegrid", { name: "Events" })).toHaveAttribute("aria-rowcount", rows);
  await expect(note.first()).toBeVisible();

  const dialog = await kept();
  await dialog.getByRole("button", { name: "Forget them" }).click();
  await expect(dialog.getByRole("button", { name: "Forget them" })).toBeDisabled();
  await page.keyboard.press("Escape");
  await page.reload();
  expect(await open()).toBe(first);
  expect(walk(await events(page, "Progress")).length, "it was walked again").toBeGreaterThan(0);
});

test("a file that has grown goes on from its kept index", async ({ page, witness, scope }, info) => {
  expect(witness.complaints).toEqual([]);
  const { copyFileSync, appendFileSync, truncateSync } = await import("node:fs");
  const grown = info.outputPath("grown.binlog");
  const bytes = readFileSync(path);
  copyFileSync(path, grown);
  truncateSync(grown, 12_345_678);
  const count = async () => {
    await scope.open(grown);
    await expect(scope.facts).toContainText(basename(grown));
    await scope.idle();
    await expect(scope.events).not.toHaveAttribute("aria-rowcount", "-1");
    return Number(await scope.events.getAttribute("aria-rowcount"));
  };
  const before = await count();
  await page.waitForTimeout(3000);
  appendFileSync(grown, bytes.subarray(12_345_678));
  const after = await count();
  await expect(page.getByText("The index was kept from earlier").first()).toBeVisible();
  expect(after).toBeGreaterThan(before * 1.5);
  await scope.open(path);
  await expect(scope.facts).toContainText(NAME);
  await scope.idle();
  await expect(scope.events).toHaveAttribute("aria-rowcount", String(after));
});

test("Pause holds the first pass, Resume and Go on go on with it", async ({ page, scope }) => {
  // The pass takes a quarter of a minute, and its bytes are always there: were it to go on without a turn for others,
  // it would hear of nothing before its end.
  const pace = await paceFirstPass(page, 40);
  await page.reload();
  await scope.ready();
  await scope.open(path);
  const at = async () => Number(await scope.progress.getAttribute("aria-valuenow"));
  const press = (name) => page.getByRole("button", { name, exact: true }).click();
  await press("Pause");
  await expect(page.getByRole("button", { name: "Resume" })).toBeVisible();
  await page.waitForTimeout(500);
  const held = await at();
  await page.waitForTimeout(700);
  expect(await at()).toBe(held);
  expect(held).toBeLessThan(90);
  // What was found can be looked at meanwhile.
  await scope.events.focus();
  await page.keyboard.press("Home");
  await scope.ready();
  await press("Resume");
  await expect.poll(at).toBeGreaterThan(held);
  await press("Cancel");
  await expect(scope.progress).toHaveCount(0);
  await pace(0);
  await press("Go on");
  await expect(page.getByRole("button", { name: "Go on" })).toHaveCount(0);
  await expect(scope.progress).toHaveCount(0, { timeout: 40_000 });
  await scope.lastEvent();
  await expect.poll(() => scope.shownFieldsEnd(), { timeout: 40_000 }).toBe(statSync(path).size);
});
