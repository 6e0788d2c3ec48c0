// A first visit transfers little: the page's code compressed, all of it and nothing twice.

import { firstVisit, isCode, sum } from "./first-visit.mjs";
import { expect, test } from "./scope.mjs";

const LIMIT = 700_000;

test("the page's code comes compressed, within its limit", async ({ browser, baseURL }) => {
  const { parts } = await firstVisit(browser, baseURL);
  const code = parts.filter(isCode);
  const names = code.map((part) => part.path.split("/").at(-1));
  expect(names).toEqual(expect.arrayContaining(["page_bg.wasm", "worker_bg.wasm", "page.js", "worker.js"]));
  // The icon is asked for by the browser itself, when it likes.
  const once = names.filter((name) => !name.endsWith(".svg"));
  expect(new Set(once).size, `each once: ${once}`).toBe(once.length);
  for (const part of code.filter(({ path }) => path.endsWith(".wasm"))) expect(part.encoding, part.path).toBe("br");
  console.log(`first visit: ${sum(code)} bytes of code, ${sum(parts)} in all`);
  expect(sum(code.filter(({ path }) => path.endsWith(".wasm"))), "counted at all").toBeGreaterThan(100_000);
  expect(sum(code)).toBeLessThanOrEqual(LIMIT);
});
