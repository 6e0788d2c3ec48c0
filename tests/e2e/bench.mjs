// node bench.mjs FILE RESULTS: what a person with a large file feels, in a real browser.
//
// Rates on a shared machine mean little by themselves, so the walk stands beside a plain read of
// the same file in the same page, done just before and just after it.

import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { chromium } from "@playwright/test";
import { firstVisit, isCode, sum } from "./first-visit.mjs";
import { BROWSER_FLAGS, browserPath, startServer } from "./machine.mjs";
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

async function run(browser, url, path) {
  const page = await browser.newPage();
  const scope = new Scope(page);
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
  clearInterval(sampling);
  await scope.lastEvent();
  const after = memory(pids);
  // What else the machine does changes from second to second.
  const raw = 2 / (1 / rawBefore + 1 / (await readRaw(page)));
  await page.close();
  const walk = statSync(path).size / (times.walk / 1000);
  const visit = await firstVisit(browser, url);
  return {
    first_visit_ready_ms: visit.milliseconds,
    first_visit_code_bytes: sum(visit.parts.filter(isCode)),
    first_visit_bytes: sum(visit.parts),
    raw_read_bytes_per_second: raw,
    walk_bytes_per_second: walk,
    walk_to_raw: walk / raw,
    drop_to_rows_ms: times.rows,
    drop_to_done_ms: times.walk,
    memory_peak_above_empty: peak - before,
    memory_after_above_empty: after - empty,
    memory_empty: empty,
  };
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
    const values = median(runs);
    const about = { file: basename(path), bytes: statSync(path).size, browser: browser.version(), runs: RUNS };
    writeFileSync(results, `${JSON.stringify({ ...about, median: values, each: runs }, null, 2)}\n`);
    console.log(`\n${basename(path)}, ${(about.bytes / 2 ** 30).toFixed(2)} GiB, Chromium ${about.browser}, median of ${RUNS}`);
    console.log(table(values));
  } finally {
    await browser.close();
    await server.stop();
  }
}

await main(process.argv.slice(2));
