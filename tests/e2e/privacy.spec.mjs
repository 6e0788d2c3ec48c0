// Files never leave the computer. Every other test asserts it too, through its witness; here is
// shown that the witness sees, and that the policy refuses, what is tried on purpose.

import { basename } from "node:path";
import { samples } from "./machine.mjs";
import { Scope, Witness, expect, test } from "./scope.mjs";

test("a whole visit asks only this server", async ({ scope, witness }) => {
  for (const path of samples()) {
    await scope.drop(path);
    await scope.walked(basename(path));
    await scope.lastEvent();
  }
  expect(witness.requests.some((url) => url.endsWith(".wasm"))).toBe(true);
  expect(witness.elsewhere()).toEqual([]);
});

test("after the page is here, opening a file asks for nothing at all", async ({ scope, witness, page }) => {
  await scope.idle();
  await page.waitForLoadState("networkidle");
  const before = witness.requests.length;
  const path = samples().find((sample) => sample.includes("mariadb-10.11"));
  await scope.drop(path);
  await scope.walked(basename(path));
  const after = witness.requests.slice(before).filter((url) => !url.startsWith("blob:"));
  // What is loaded on demand (explanations of events not seen before) is this server's.
  expect(after.filter((url) => !url.startsWith(witness.origin))).toEqual([]);
});

test("what goes elsewhere is refused, and would be seen", async ({ page, baseURL }) => {
  const witness = new Witness(page, baseURL);
  await witness.watchPolicy(page);
  await new Scope(page).visit();
  const outcome = await page.evaluate(() => fetch("http://127.0.0.1:9/leak").then(() => "sent", () => "refused"));
  expect(outcome).toBe("refused");
  await expect.poll(() => witness.complaints.join("\n")).toContain("policy: connect-src");
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.inlineRan = true";
    document.head.append(script);
  });
  expect(await page.evaluate(() => window.inlineRan)).toBeUndefined();
  await expect.poll(() => witness.complaints.join("\n")).toContain("script-src");
});
