// node bench-live.mjs URL RESULTS: a page that watches a server while its log comes at 20 MB/s for a minute, and how
// long its main thread is ever busy. URL is that of a server whose oldest logs have a gigabyte.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { BROWSER_FLAGS, browserPath, startServer } from "./machine.mjs";

const BYTES_A_SECOND = 20e6;
const SECONDS = 60;
const EVERY = 20; // Milliseconds between two pieces.

/** A wire to the server that lets so much through; its address. */
async function startWire(host, port) {
  let passed = 0;
  const wire = createServer((client) => {
    const server = connect(port, host);
    const budget = (BYTES_A_SECOND * EVERY) / 1000;
    let left = budget;
    let last = performance.now();
    server.on("data", (bytes) => {
      left -= bytes.length;
      passed += bytes.length;
      client.write(bytes);
      if (left <= 0) server.pause();
    });
    const clock = setInterval(() => {
      const now = performance.now();
      left = Math.min(left + (BYTES_A_SECOND * (now - last)) / 1000, budget * 4);
      last = now;
      if (left > 0 && client.writableLength < 4e6) server.resume();
    }, EVERY);
    client.pipe(server);
    const end = () => {
      clearInterval(clock);
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) socket.on("error", end).on("close", end);
  });
  await new Promise((resolve) => wire.listen(0, "127.0.0.1", resolve));
  return { address: `127.0.0.1:${wire.address().port}`, passed: () => passed, stop: () => wire.close() };
}

/** How long the main thread worked in one task, without what others took of the machine meanwhile. */
function ownWork(events) {
  const main = new Set(
    events.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain").map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = events.filter(({ name, pid, tid }) => name.endsWith("RunTask") && main.has(`${pid} ${tid}`));
  const worked = tasks.map(({ tdur = 0 }) => tdur / 1000);
  return { longest: worked.reduce((most, one) => Math.max(most, one), 0), over: worked.filter((one) => one > 100).length };
}

const [url, results] = process.argv.slice(2);
const { hostname, port, username } = new URL(url);
const wire = await startWire(hostname, Number(port));
const server = await startServer([], ["--upstream", `bench=mysql://${username}@${wire.address}`]);
// A profile on the disk, as people have: what a private window records is kept by the browser's process, over which
// every read and write goes then.
const profile = mkdtempSync(join(tmpdir(), "binlogscope-bench-"));
const context = await chromium.launchPersistentContext(profile, { executablePath: browserPath(), args: BROWSER_FLAGS });
try {
  const page = await context.newPage();
  await page.goto(server.url);
  await page.getByRole("button", { name: "Connect" }).click();
  const dialog = page.getByRole("dialog", { name: "Connect to a live server" });
  await dialog.getByRole("combobox").first().selectOption("bench");
  await dialog.getByRole("combobox").last().selectOption({ label: "the oldest log that it has" });
  await dialog.getByRole("spinbutton").fill("2000");
  await page.evaluate(() => {
    window.longTasks = [];
    const note = (list) => window.longTasks.push(...list.getEntries().map(({ startTime, duration }) => [startTime, duration]));
    new PerformanceObserver(note).observe({ type: "longtask" });
  });
  await context.browser().startTracing(page, { categories: ["toplevel"] });
  await dialog.getByRole("button", { name: "Connect" }).click();
  const bar = page.getByRole("region", { name: "Live server" });
  await bar.locator("[data-state=live]").waitFor();
  const list = page.getByRole("treegrid", { name: "Events" });
  const started = performance.now();
  const samples = [];
  while (performance.now() - started < SECONDS * 1000) {
    await page.waitForTimeout(5000);
    samples.push({
      seconds: (performance.now() - started) / 1000,
      rows: Number(await list.getAttribute("aria-rowcount")),
      wire: wire.passed(),
      facts: await bar.locator(".live-facts").innerText(),
      state: await bar.locator("[data-state]").getAttribute("data-state"),
    });
    console.log(JSON.stringify(samples.at(-1)));
  }
  const own = ownWork(JSON.parse(await context.browser().stopTracing()).traceEvents);
  const tasks = await page.evaluate(() => window.longTasks);
  const [last] = samples.slice(-1);
  const [, recorded, unit] = /Recorded ([\d.]+) ([KMG])iB/.exec(last.facts);
  const taken = (Number(recorded) * 1024 ** " KMG".indexOf(unit)) / 1e6;
  const events = samples.reduce((sum, { facts }) => sum + Number(/Events\/s ([\d.]+)/.exec(facts)?.[1]), 0) / samples.length;
  const rates = { taken: taken / last.seconds, wire: last.wire / 1e6 / last.seconds, events };
  console.log(
    `the page took ${rates.taken.toFixed(1)} MB/s and ${events.toFixed(0)} events/s; the wire brought ${rates.wire.toFixed(1)} MB/s`,
  );
  const longest = Math.max(0, ...tasks.map(([, duration]) => duration));
  const over = tasks.filter(([, duration]) => duration > 100).length;
  console.log(`tasks over 50 ms: ${tasks.length}, over 100 ms: ${over}, the longest: ${longest.toFixed(0)} ms`);
  console.log(`of its own work, in none more than ${own.longest.toFixed(0)} ms; over 100 ms: ${own.over}`);
  writeFileSync(results, JSON.stringify({ rates, over, longest, own, tasks, samples }, null, 2));
} finally {
  await context.close();
  rmSync(profile, { recursive: true, force: true });
  await server.stop();
  wire.stop();
}
