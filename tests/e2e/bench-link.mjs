// A link with the bytes of one transaction of a large file: how long it takes a browser that has nothing to show it.

import { expect } from "@playwright/test";

const OPENINGS = 5;

/** The link that the page makes of the transaction around an event; its values are masked, as by default. */
async function linkOf(page) {
  await page.getByRole("button", { name: "Share", exact: true }).click();
  await page.getByRole("radio", { name: "Its transaction" }).check();
  const link = page.getByRole("textbox", { name: "Link", exact: true });
  await expect(link).toHaveValue(/#s=1\./);
  const address = await link.inputValue();
  await page.keyboard.press("Escape");
  return address;
}

/** Milliseconds from navigation until the event is selected, with its fields and bytes, in a fresh profile. */
async function opening(browser, address, offset) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript((offset) => {
    const one = (selector) => document.querySelector(selector);
    const shown = () =>
      one(`[role="treegrid"] [role="row"][aria-selected="true"][data-offset="${offset}"]`) &&
      one(`[role="treeitem"][data-start="${offset}"]`) &&
      one(`[role=gridcell][data-offset="${offset}"]`);
    const observer = new MutationObserver(() => {
      if (!shown()) return;
      observer.disconnect();
      // Once it is painted.
      requestAnimationFrame(() => setTimeout(() => (window.shownAfter = performance.now())));
    });
    observer.observe(document, { subtree: true, childList: true, attributes: true });
  }, offset);
  await page.goto(address);
  const handle = await page.waitForFunction(() => window.shownAfter, null, { timeout: 30_000 });
  const milliseconds = await handle.jsonValue();
  await context.close();
  return milliseconds;
}

/** Of the transaction in the middle of the file that a page has open. */
export async function openLinks(browser, page, scope, size) {
  const middle = Math.floor(size / 2);
  // Any byte leads to the event around it.
  await page.evaluate((middle) => {
    const place = new URLSearchParams(location.hash.slice(1));
    location.hash = `#file=${encodeURIComponent(place.get("file"))}&at=${middle}`;
  }, middle);
  await expect.poll(async () => Math.abs((await scope.eventStart()).offset - middle) < 2 ** 20).toBe(true);
  await scope.ready();
  const { offset } = await scope.eventStart();
  const address = await linkOf(page);
  // Who opens it has not the file open.
  await page.goto("about:blank");
  const times = [];
  for (let opened = 0; opened < OPENINGS; opened++) times.push(await opening(browser, address, offset));
  return { characters: address.length, at: offset, median_ms: times.sort((a, b) => a - b)[OPENINGS >> 1], times_ms: times };
}
