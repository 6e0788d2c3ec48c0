// A first visit transfers little: the page's code compressed, all of it and nothing twice.

import { firstVisit, isCode, sum } from "./first-visit.mjs";
import { expect, test } from "./scope.mjs";

// As in crates/xtask/src/page/compressed.rs.
const LIMIT = 700_000;

test("the page's code comes compressed, within its limit", async ({ browser, baseURL }) => {
  const { parts } = await firstVisit(browser, baseURL);
  const all = parts.filter(isCode);
  const code = all.filter(({ after }) => !after);
  const names = code.map((part) => part.path.split("/").at(-1));
  expect(names).toEqual(expect.arrayContaining(["page_bg.wasm", "worker_bg.wasm", "page.js", "worker.js"]));
  // Statistics and filters are no part of what is first shown.
  const after = all.filter(({ after }) => after).map(({ path }) => path.split("/").at(-1));
  expect(after.filter((name) => !name.endsWith(".svg"))).toEqual(["worker_later.wasm"]);
  // The icon is asked for by the browser itself, when it likes.
  const once = names.filter((name) => !name.endsWith(".svg"));
  expect(new Set(once).size, `each once: ${once}`).toBe(once.length);
  for (const part of code.filter(({ path }) => path.endsWith(".wasm"))) expect(part.encoding, part.path).toBe("br");
  console.log(`first visit: ${sum(code)} bytes of code, then ${sum(all) - sum(code)}; ${sum(parts)} in all`);
  expect(sum(code.filter(({ path }) => path.endsWith(".wasm"))), "counted at all").toBeGreaterThan(100_000);
  expect(sum(code)).toBeLessThanOrEqual(LIMIT);
});
