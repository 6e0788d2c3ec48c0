// What the tests need of the machine: a browser, the built command, places for files.

import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
export const SAMPLES = join(ROOT, "web/samples");
export const SCREENS = join(ROOT, "target/screens");

export const BINARY = process.env.BINLOGSCOPE_BINARY ?? join(ROOT, "target/release/binlogscope");

/** xtask finds the browser and names it; by hand, the PATH will do. */
export function browserPath() {
  const named = process.env.BINLOGSCOPE_CHROMIUM;
  if (named) return named;
  const folders = (process.env.PATH ?? "").split(delimiter);
  const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge"];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
}

/** Chromium does nothing on its own behalf, and no name but this machine's resolves. */
export const BROWSER_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
];

/** A folder under target/, made. */
export function folder(name) {
  const path = join(ROOT, "target", name);
  mkdirSync(path, { recursive: true });
  return path;
}

/** Paths of the sample binlogs. */
export function samples() {
  return readdirSync(SAMPLES).filter((name) => name.endsWith(".binlog")).sort().map((name) => join(SAMPLES, name));
}

/** `binlogscope serve` on a free port: its address, and how to end it. */
export async function startServer(files = [], options = []) {
  const child = spawn(BINARY, ["serve", ...files, "--listen", "127.0.0.1:0", ...options], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const lines = createInterface({ input: child.stdout });
  const url = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${BINARY} serve ended with ${code} before it printed its address`)));
    lines.once("line", resolve);
  });
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
  };
  const page = await fetch(url);
  if (!page.ok) {
    await stop();
    throw new Error(`${BINARY}: ${await page.text()}`);
  }
  return { url, stop };
}
