// The dialog of sharing, and the browser of whoever is sent something.

import { Scope, Witness, expect } from "./scope.mjs";

export const dialog = (page) => page.getByRole("dialog", { name: "Share what you see" });
export const link = (page) => page.getByRole("textbox", { name: "Link", exact: true });

export async function openShare(page, what) {
  await page.getByRole("button", { name: "Share", exact: true }).click();
  await expect(dialog(page)).toBeVisible();
  if (what) await page.getByRole("radio", { name: what }).check();
}

/** A colleague's browser: nothing is kept there, and every request is seen. */
export async function colleague(browser, origin) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-US" });
  const page = await context.newPage();
  const witness = new Witness(page, origin);
  await witness.watchPolicy(page);
  return { page, scope: new Scope(page), witness, close: () => context.close() };
}
