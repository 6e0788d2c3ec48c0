// Links that are as long as the places allow that people paste them into.

import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checksum, events } from "./binlog.mjs";
import { BINARY, folder, samples } from "./machine.mjs";

const IGNORABLE = 28;
const HEADER = 19;
const CHECKSUM = 4;

/** A log of a real server's format description and events of noise, which nothing compresses. */
function noisy(count) {
  const sample = readFileSync(samples().find((path) => path.endsWith("mysql-9.7-shop.binlog")));
  const parts = [sample.subarray(0, events(sample)[0].end)];
  let [at, state] = [parts[0].length, 1];
  for (let number = 0; number < count; number++) {
    const event = Buffer.from(sample.subarray(4, 4 + HEADER + 40 + CHECKSUM));
    for (let byte = HEADER; byte < event.length; byte++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      event[byte] = state >>> 24;
    }
    event[4] = IGNORABLE;
    event.writeUInt32LE(event.length, 9);
    event.writeUInt32LE((at += event.length), 13);
    event.writeUInt16LE(0, 17);
    event.writeUInt32LE(checksum(event.subarray(0, -CHECKSUM)), event.length - CHECKSUM);
    parts.push(event);
  }
  return Buffer.concat(parts);
}

/** The longest link to a page with at most so many characters, the bytes of its log, and the event that it leads to. */
export function longLink(page, limit) {
  const path = join(folder("browser-tests"), `link-${limit}.binlog`);
  const linkOf = (count) => {
    const bytes = noisy(count);
    writeFileSync(path, bytes);
    const link = execFileSync(BINARY, ["export", path, "--format", "bundle", "--link", page], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    const event = events(bytes).at(-1);
    return { address: `${link.trim()}&at=${event.start}`, bytes, event };
  };
  let [fits, over] = [1, Math.ceil(limit / 40)];
  while (over - fits > 1) {
    const count = (fits + over) >> 1;
    if (linkOf(count).address.length <= limit) fits = count;
    else over = count;
  }
  const found = linkOf(fits);
  rmSync(path);
  return found;
}
