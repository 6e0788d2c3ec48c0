// A file of 16 GiB: the same log again and again with damage between, opened and looked at to its end.

import { closeSync, copyFileSync, openSync, readSync, statSync, statfsSync, unlinkSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { expect } from "@playwright/test";
import { Scope } from "./scope.mjs";
import { holdFile } from "./watch.mjs";

const SIZE = 16 * 2 ** 30;
const DAMAGE = 100_000;
const PIECE = 2 ** 23;

/** Whether there is room for it beside the file. */
export function hasRoom(path) {
  const { bavail, bsize } = statfsSync(dirname(path));
  return bavail * bsize > SIZE + 4 * 2 ** 30;
}

/** Writes it; where its copies begin. Every copy has the magic number, by which the damage between is longer. */
export function writeHuge(path, huge) {
  copyFileSync(path, huge);
  const [from, to, piece] = [openSync(path, "r"), openSync(huge, "a"), Buffer.alloc(PIECE)];
  const noise = Buffer.alloc(DAMAGE);
  for (let i = 0, state = 88172645463325252n; i < DAMAGE; i++) {
    state = BigInt.asUintN(64, state ^ (state << 13n));
    state ^= state >> 7n;
    state = BigInt.asUintN(64, state ^ (state << 17n));
    noise[i] = Number(state & 0xffn);
  }
  const [size, copies] = [statSync(path).size, [0]];
  for (let end = size; end + DAMAGE + size <= SIZE; end += DAMAGE + size) {
    writeSync(to, noise);
    copies.push(end + DAMAGE);
    for (let at = 0; at < size; ) {
      const read = readSync(from, piece, 0, PIECE, at);
      writeSync(to, piece, 0, read);
      at += read;
    }
  }
  [from, to].forEach((file) => closeSync(file));
  return copies;
}

/** Bytes of a file. */
export function bytesAt(path, offset, length) {
  const [file, bytes] = [openSync(path, "r"), Buffer.alloc(length)];
  readSync(file, bytes, 0, length, offset);
  closeSync(file);
  return [...bytes];
}

/** The bytes of the pane from an offset on, as they are drawn. */
const drawn = (scope, offset, length) =>
  scope.byteCells.evaluateAll(
    (cells, [offset, length]) =>
      cells
        .filter((cell) => cell.dataset.offset >= offset && cell.dataset.offset < offset + length)
        .filter((cell) => /^[0-9a-f]{2}$/.test(cell.textContent))
        .map((cell) => Number.parseInt(cell.textContent, 16)),
    [offset, length],
  );

/** Opens it and goes to its end. `resident` tells how much memory the page's processes hold. */
export async function openHuge(browser, url, path, resident) {
  const huge = join(dirname(path), "huge.binlog");
  try {
    const copies = writeHuge(path, huge);
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const scope = new Scope(page);
    await page.goto(url);
    await scope.ready();
    await scope.idle();
    await holdFile(page, huge);
    const before = resident();
    let peak = before;
    const sampling = setInterval(() => (peak = Math.max(peak, resident())), 500);
    const rows = await page.evaluate(async (name) => {
      const listed = () => [...document.querySelectorAll('[role="treegrid"] [role="row"][data-offset]')].map((row) => row.textContent).join();
      const facts = () => document.querySelector('[aria-label="About this file"]')?.textContent ?? "";
      const before = listed();
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(document.querySelector("#file-of-the-test").files[0]);
      const dropped = performance.now();
      document.querySelector("main").dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
      while (!facts().includes(name) || listed() === before) await new Promise((resolve) => setTimeout(resolve, 1));
      return performance.now() - dropped;
    }, basename(huge));
    const begun = performance.now();
    await expect(scope.progress).toBeVisible();
    await expect(scope.progress).toBeHidden({ timeout: 600_000 });
    const walk = performance.now() - begun;
    // The last event is that of the copy, as many bytes further; a place in the middle, too.
    const grouped = await scope.events.getAttribute("aria-rowcount");
    await page.getByRole("button", { name: "Plain", exact: true }).click();
    await expect(scope.events).not.toHaveAttribute("aria-rowcount", grouped);
    await scope.lastEvent();
    const { offset: last } = await scope.eventStart();
    const same = last - copies.at(-1);
    const lastDrawn = await drawn(scope, last, 19);
    if (lastDrawn.join() !== bytesAt(path, same, 19).join()) throw new Error(`other bytes are drawn at ${last}`);
    const middle = copies[Math.floor(copies.length / 2)] + 4;
    await scope.goTo(middle);
    const middleDrawn = await drawn(scope, middle, 19);
    if (middleDrawn.join() !== bytesAt(path, 4, 19).join()) throw new Error(`other bytes are drawn at ${middle}`);
    const damaged = await scope.facts.innerText();
    clearInterval(sampling);
    const size = statSync(huge).size;
    await page.close();
    const told = damaged.replaceAll(/\s+/g, " ");
    return { bytes: size, copies: copies.length, drop_to_rows_ms: rows, walk_ms: walk, last_event: last, memory_peak_above_empty: peak - before, told };
  } finally {
    unlinkSync(huge);
  }
}
