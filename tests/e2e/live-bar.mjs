// A live server in the page: how one connects to it, and the line that says how it is.

import { expect } from "./scope.mjs";

export const bar = (page) => page.getByRole("region", { name: "Live server" });
export const state = (page) => bar(page).locator("[data-state]");

/** `start` is "now", "oldest" and so on; `limit` how many MiB are recorded at most. */
export async function connect(page, upstream, start, limit) {
  await page.getByRole("button", { name: "Connect" }).click();
  const dialog = page.getByRole("dialog", { name: "Connect to a live server" });
  await dialog.getByRole("combobox").first().selectOption(upstream);
  await dialog.getByRole("combobox").last().selectOption(start);
  if (limit) await dialog.getByRole("spinbutton").fill(limit);
  await dialog.getByRole("button", { name: "Connect" }).click();
  await expect(dialog).toHaveCount(0);
}
