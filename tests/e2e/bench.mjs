// node bench.mjs FILE RESULTS: what a person with a large file feels, in a real browser.
//
// Rates on a shared machine mean little by themselves, so the walk stands beside a plain read of
// the same file in the same page, done just before and just after it.

import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { basename } from "node:path";
import { chromium } from "@playwright/test";
import { fetchEvents, paintEvents, percentile, scrollPanes } from "./bench-answers.mjs";
import { filterAndWatch } from "./bench-filters.mjs";
import { hasRoom, openHuge } from "./bench-huge.mjs";
import { openLinks } from "./bench-link.mjs";
import { firstVisit, isCode, sum } from "./first-visit.mjs";
import { BINARY, BROWSER_FLAGS, browserPath, startServer } from "./machine.mjs";
import { Scope } from "./scope.mjs";
import { dropAndWatch, holdFile } from "./watch.mjs";

const RUNS = 5;
const MIB = 2 ** 20;

/** A worker that only reads: the fastest way that a browser has. */
const READER = `
  let kept; // Held only by the awaiting function, a reader can stall for ever in Chromium.
  onmessage = async ({ data: file }) => {
    const started = performance.now();
    kept = file.stream().getReader({ mode: "byob" });
    let buffer = new ArrayBuffer(4 * 1024 * 1024), bytes = 0;
    for (;;) {
      const { value, done } = await kept.read(new Uint8Array(buffer));
      if (done) break;
      bytes += value.byteLength;
      buffer = value.buffer;
    }
    postMessage({ bytes, seconds: (performance.now() - started) / 1000 });
  };`;

async function readRaw(page) {
  return page.evaluate(async (source) => {
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const worker = new Worker(url);
    const read = new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => reject(new Error(event.message));
    });
    worker.postMessage(document.querySelector("#file-of-the-test").files[0]);
    const { bytes, seconds } = await read;
    worker.terminate();
    URL.revokeObjectURL(url);
    return bytes / seconds;
  }, READER);
}

/** Process ids of the renderers below this process, from /proc. */
function renderers() {
  const parents = new Map();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      parents.set(Number(pid), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
    } catch {
      // It ended meanwhile.
    }
  }
  const below = (pid) => pid === process.pid || (parents.has(pid) && below(parents.get(pid)));
  return [...parents.keys()].filter((pid) => {
    try {
      return below(pid) && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("--type=renderer");
    } catch {
      return false;
    }
  });
}

/** Bytes that the renderers hold: their own, and their share of what they share. Slow to ask. */
function memory(pids) {
  const held = (pid) => Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))[1]) * 1024;
  return pids.reduce((sum, pid) => sum + held(pid), 0);
}

/** The same with all that is shared counted in full; cheap enough to ask while time is measured. */
function resident(pids) {
  const pages = (pid) => Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]);
  return pids.reduce((sum, pid) => sum + pages(pid) * 4096, 0);
}

/** Notes when the worker says that the second pass over a file of this size is done, and how many workers did it. */
async function watchSecondPass(page, size) {
  await page.addInitScript((size) => {
    window.secondPass = new Promise((resolve) => {
      let helpers = 0;
      window.Worker = class extends Worker {
        constructor(...all) {
          super(...all);
          this.addEventListener("message", ({ data }) => {
            const gathered = data.body?.response?.Event?.Gathered;
            if (!gathered || Number(gathered.total) !== size) return;
            helpers = Math.max(helpers, gathered.helpers);
            if (gathered.done) resolve({ at: performance.now(), helpers, bytes: Number(gathered.bytes) });
          });
        }
      };
    });
  }, size);
}

async function run(browser, url, path) {
  const page = await browser.newPage();
  const scope = new Scope(page);
  const size = statSync(path).size;
  await watchSecondPass(page, size);
  await page.goto(url);
  await scope.ready();
  await scope.idle();
  const pids = process.platform === "linux" ? renderers() : [];
  const empty = memory(pids);
  await holdFile(page, path);
  const rawBefore = await readRaw(page);
  const before = resident(pids);
  let peak = before;
  const sampling = setInterval(() => (peak = Math.max(peak, resident(pids))), 200);
  const times = await dropAndWatch(page, basename(path), false);
  const walked = await page.evaluate(() => performance.now());
  const second = await page.evaluate(() => window.secondPass);
  clearInterval(sampling);
  if (second.bytes !== size) throw new Error(`the second pass ended at ${second.bytes} of ${size}`);
  await scope.lastEvent();
  const after = memory(pids);
  // What else the machine does changes from second to second.
  const raw = 2 / (1 / rawBefore + 1 / (await readRaw(page)));
  await page.close();
  const walk = size / (times.walk / 1000);
  // It begins when the first one ends; telling that takes the page a frame or two.
  const gathering = size / ((second.at - walked) / 1000);
  const visit = await firstVisit(browser, url);
  return {
    first_visit_ready_ms: visit.milliseconds,
    first_visit_code_bytes: sum(visit.parts.filter((part) => isCode(part) && !part.after)),
    first_visit_bytes: sum(visit.parts.filter((part) => !part.after)),
    raw_read_bytes_per_second: raw,
    walk_bytes_per_second: walk,
    walk_to_raw: walk / raw,
    second_pass_bytes_per_second: gathering,
    second_pass_to_raw: gathering / raw,
    second_pass_helpers: second.helpers,
    drop_to_rows_ms: times.rows,
    drop_to_done_ms: times.walk,
    memory_peak_above_empty: peak - before,
    memory_after_above_empty: after - empty,
    memory_empty: empty,
  };
}

/** Filters to measure, by what the file has: a table in few places, one that is everywhere, and a value of its rows. */
function filtersFor(path) {
  const told = execFileSync(BINARY, ["stats", "--format", "json", path], { maxBuffer: 2 ** 26 });
  const { tables, transactions } = JSON.parse(told);
  const by = (what) => [...tables.listed].sort((a, b) => Number(b[what]) - Number(a[what]));
  const everywhere = by("transactions")[0];
  const rare = by("bytes").find((table) => Number(table.transactions) * 100 < Number(transactions.count));
  const name = (table) => `table:${table.database}.${table.table}`;
  return { rare: rare && name(rare), everywhere: name(everywhere), row: "row.@1 = 4711" };
}

/** What the worker and the page answer with the file open, and how fast filters go through it. */
async function answers(browser, url, path) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const scope = new Scope(page);
  const size = statSync(path).size;
  await watchSecondPass(page, size);
  await page.goto(url);
  await scope.ready();
  await holdFile(page, path);
  const [during, after] = [await fetchEvents(page, 500, false), await fetchEvents(page, 500, true)];
  await dropAndWatch(page, basename(path), false);
  await page.evaluate(() => window.secondPass);
  const painted = await paintEvents(page, 300);
  const { long, frames } = await scrollPanes(page, 10);
  const found = {};
  for (const [name, text] of Object.entries(filtersFor(path))) {
    if (!text) continue;
    const rawBefore = await readRaw(page);
    const { first, all, count } = await filterAndWatch(page, text);
    const raw = 2 / (1 / rawBefore + 1 / (await readRaw(page)));
    const rate = size / (all / 1000);
    found[name] = { filter: text, first_hits_ms: first, all_ms: all, hits: count, to_raw: rate / raw };
  }
  const link = await openLinks(browser, page, scope, size);
  await page.close();
  const parts = (times) => ({ p50: percentile(times, 0.5), p95: percentile(times, 0.95), worst: Math.max(...times) });
  return {
    fetch_ms: parts(after),
    fetch_while_counting_ms: parts(during),
    paint_ms: parts(painted),
    scroll_long_tasks_ms: long,
    scroll_frames: frames,
    filters: found,
    link,
  };
}

function answersTable(values) {
  const times = ({ p50, p95, worst }) => `p50 ${p50.toFixed(1)}, p95 ${p95.toFixed(1)}, worst ${worst.toFixed(0)} ms`;
  const rows = [
    ["an event and its tree from the worker", times(values.fetch_ms)],
    ["the same while the second pass counts", times(values.fetch_while_counting_ms)],
    ["a step by key until tree and bytes are painted", times(values.paint_ms)],
    ["tasks over 50 ms in 10 s of scrolling", `${values.scroll_long_tasks_ms.length} (${values.scroll_frames} frames)`],
    [`a link (${values.link.characters} characters) in a fresh profile`, `${values.link.median_ms.toFixed(0)} ms`],
    ...Object.values(values.filters).map(({ filter, first_hits_ms, all_ms, hits, to_raw }) => [
      filter,
      `first ${first_hits_ms.toFixed(0)} ms, all ${(all_ms / 1000).toFixed(2)} s, ${to_raw.toFixed(2)} of raw, ${hits} found`,
    ]),
  ];
  return rows.map(([name, value]) => `${name.padEnd(48)}${value}`).join("\n");
}

function hugeTable(huge) {
  const gib = (bytes) => (bytes / 2 ** 30).toFixed(2);
  const rows = [
    [`${gib(huge.bytes)} GiB, ${huge.copies} copies with damage between`, huge.told],
    ["from drop to first rows", `${huge.drop_to_rows_ms.toFixed(0)} ms`],
    ["to the end of the walk", `${(huge.walk_ms / 1000).toFixed(1)} s`],
    ["last event", `at ${huge.last_event}, its bytes are those of the file`],
    ["renderer memory above the empty page, peak", `${(huge.memory_peak_above_empty / MIB).toFixed(0)} MiB`],
  ];
  return rows.map(([name, value]) => `${name.padEnd(48)}${value}`).join("\n");
}

function median(runs) {
  const middle = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
  return Object.fromEntries(Object.keys(runs[0]).map((name) => [name, middle(runs.map((run) => run[name]))]));
}

function table(values) {
  const rows = [
    ["from navigation to a page that answers", `${values.first_visit_ready_ms.toFixed(0)} ms`],
    ["transferred by then, code", `${(values.first_visit_code_bytes / 1e3).toFixed(0)} kB`],
    ["transferred by then, all", `${(values.first_visit_bytes / 1e3).toFixed(0)} kB`],
    ["raw BYOB read in a worker", `${(values.raw_read_bytes_per_second / 1e9).toFixed(2)} GB/s`],
    ["walk, checksums and index", `${(values.walk_bytes_per_second / 1e9).toFixed(2)} GB/s`],
    ["the same as a ratio of the raw read", values.walk_to_raw.toFixed(2)],
    ["second pass: statistics of everything", `${(values.second_pass_bytes_per_second / 1e9).toFixed(2)} GB/s`],
    ["the same as a ratio of the raw read", values.second_pass_to_raw.toFixed(2)],
    ["workers that did it", `${values.second_pass_helpers}`],
    ["from drop to first rows", `${values.drop_to_rows_ms.toFixed(0)} ms`],
    ["from drop to the end of the walk", `${values.drop_to_done_ms.toFixed(0)} ms`],
    ["renderer memory above the empty page, peak", `${(values.memory_peak_above_empty / MIB).toFixed(0)} MiB`],
    ["renderer memory above the empty page, after", `${(values.memory_after_above_empty / MIB).toFixed(0)} MiB`],
    ["renderer memory of the empty page", `${(values.memory_empty / MIB).toFixed(0)} MiB`],
  ];
  return rows.map(([name, value]) => `${name.padEnd(46)}${value.padStart(12)}`).join("\n");
}

async function main([path, results]) {
  const server = await startServer();
  // One renderer a page: a spare one in waiting would be counted too.
  const flags = [...BROWSER_FLAGS, "--disable-features=SpareRendererForSitePerProcess"];
  const browser = await chromium.launch({ executablePath: browserPath(), args: flags });
  try {
    const runs = [];
    // The first brings the file into the system's cache and is not counted.
    for (let number = 0; number <= RUNS; number++) {
      const values = await run(browser, server.url, path);
      if (number > 0) runs.push(values);
    }
    const answered = await answers(browser, server.url, path);
    // It is memory that counts there, and what is at its end.
    const huge = hasRoom(path) ? await openHuge(browser, server.url, path, () => resident(renderers())) : undefined;
    const values = median(runs);
    const about = { file: basename(path), bytes: statSync(path).size, browser: browser.version(), runs: RUNS };
    writeFileSync(results, `${JSON.stringify({ ...about, median: values, answers: answered, huge, each: runs }, null, 2)}\n`);
    console.log(`\n${basename(path)}, ${(about.bytes / 2 ** 30).toFixed(2)} GiB, Chromium ${about.browser}, median of ${RUNS}`);
    console.log(table(values));
    console.log(answersTable(answered));
    console.log(huge ? hugeTable(huge) : "16 GiB: skipped, the disk has no room for it");
  } finally {
    await browser.close();
    await server.stop();
  }
}

await main(process.argv.slice(2));
