// node repeat.mjs SIZE FILE [SAMPLE]: a large binlog, where no real server can make one.

import { closeSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { repeated } from "./binlog.mjs";

export const DEFAULT_SAMPLE = fileURLToPath(new URL("../../web/samples/mysql-9.7-shop.binlog", import.meta.url));

/** Writes the file under another name first: half a file is never taken for a whole one. */
export function writeRepeated(size, path, sample = DEFAULT_SAMPLE) {
  const unfinished = `${path}.unfinished`;
  const file = openSync(unfinished, "w");
  let parts = [];
  let waiting = 0;
  const flush = () => {
    writeSync(file, Buffer.concat(parts));
    parts = [];
    waiting = 0;
  };
  for (const part of repeated(readFileSync(sample), size)) {
    parts.push(part);
    waiting += part.length;
    if (waiting > 1 << 22) flush();
  }
  flush();
  closeSync(file);
  renameSync(unfinished, path);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , size, path, sample] = process.argv;
  const units = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };
  const [, number, unit] = /^(\d+)([KMG]iB)$/.exec(size ?? "") ?? [];
  if (!number || !path) {
    console.error("usage: node repeat.mjs 200MiB FILE [SAMPLE]");
    process.exitCode = 2;
  } else {
    writeRepeated(Number(number) * units[unit], path, sample);
  }
}
