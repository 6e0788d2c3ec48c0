// Real database servers: those of ../shared/servers beside the repository, where they are.

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "./machine.mjs";

const SERVERS = join(ROOT, "../shared/servers");

/** Whether this server is to be had here. */
export const hasDatabase = (name) => existsSync(join(SERVERS, name));

async function freePort() {
  const listener = createServer();
  await new Promise((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const { port } = listener.address();
  await new Promise((resolve) => listener.close(resolve));
  return port;
}

/** Starts it; root has no password. */
export async function startDatabase(name) {
  const script = join(SERVERS, name);
  const port = String(await freePort());
  const folder = mkdtempSync(join(tmpdir(), "binlogscope-browser-"));
  const data = join(folder, "data");
  const run = (...options) => execFileSync(script, options, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const start = () => run("start", "--port", port, "--datadir", data);
  start();
  return {
    port: Number(port),
    /** Where it keeps its logs. */
    data,
    /** Ends it as a crash does; what changes its files then comes before it starts again. */
    crash(change = () => {}) {
      run("kill", "--datadir", data);
      change();
      start();
    },
    url: `mysql://root@127.0.0.1:${port}`,
    sql: (statements) => run("client", "--port", port, "-N", "-e", statements),
    stop() {
      run("stop", "--datadir", data);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
