// dist/ alone, on a static host that knows nothing, in a folder of it.

import { basename, join } from "node:path";
import { existsSync } from "node:fs";
import { ROOT, samples } from "./machine.mjs";
import { Scope, Witness, expect, test } from "./scope.mjs";
import { hostUnder } from "./static-host.mjs";

const DIST = join(ROOT, "dist");

test("works from a folder of a static host", async ({ page }) => {
  expect(existsSync(join(DIST, "index.html")), "dist/ is built").toBe(true);
  const host = await hostUnder("/some/sub/path/", DIST);
  const witness = new Witness(page, host.url);
  await witness.watchPolicy(page);
  const scope = new Scope(page);
  await scope.visit(host.url);
  const path = samples().find((sample) => sample.includes("compressed"));
  await scope.drop(path);
  await scope.walked(basename(path));
  await page.reload();
  await scope.ready();
  witness.expectNothing();
  await host.stop();
});

test("the policy stands in the page itself, for hosts that send no headers", async ({ page }) => {
  const host = await hostUnder("/x/", DIST);
  await new Scope(page).visit(host.url);
  const refused = await page.evaluate(() => fetch("http://127.0.0.1:9/").then(() => "sent", () => "refused"));
  expect(refused).toBe("refused");
  const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute("content");
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain("unsafe-inline");
  await host.stop();
});
