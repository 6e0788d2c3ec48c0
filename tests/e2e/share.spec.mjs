// Sharing: links without bytes and with them, notes, and what opens in somebody else's browser.

import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { violations } from "./axe.mjs";
import { events } from "./binlog.mjs";
import { SCREENS, samples } from "./machine.mjs";
import { expect, test } from "./scope.mjs";
import { colleague, link, openShare } from "./share-dialog.mjs";

const MARIADB = samples().find((path) => basename(path) === "mariadb-11.8-shop.binlog");
const MARKUP = `<img src=x onerror="window.ran = true"><b>bold</b> & done`;

/** A file of somebody's own: no sample, so that nobody can fetch it. */
function own(change = 1) {
  const bytes = Buffer.from(readFileSync(MARIADB));
  bytes.writeUInt32LE(bytes.readUInt32LE(4) + change, 4);
  return bytes.toString("base64");
}

test("a link without bytes asks for the file, and lands on the place", async ({ scope, page, browser, baseURL }) => {
  await scope.dropBytes("mine.000007", own());
  await scope.walked("mine.000007");
  const event = events(readFileSync(MARIADB)).find(({ start, end }) => end - start > 60);
  await scope.goTo(event.start);
  await scope.fields.getByRole("treeitem").nth(3).click();
  const field = await scope.field();
  await openShare(page);
  const address = await link(page).inputValue();
  expect(address.length).toBeLessThan(400);
  expect(address).not.toContain("mine.000007");
  const other = await colleague(browser, baseURL);
  await other.page.goto(address);
  await expect(other.page.getByText("This link leads into a file on your computer.")).toBeVisible();
  await other.scope.dropBytes("renamed", own());
  await other.scope.walked("renamed");
  await expect.poll(() => other.scope.field()).toEqual(field);
  await other.scope.expectLit(field);
  other.witness.expectNothing();
  await other.close();
});

test("another file than the link's is said to be another one", async ({ scope, page, browser, baseURL }) => {
  await scope.dropBytes("mine.000007", own());
  await scope.walked("mine.000007");
  const [, second] = events(readFileSync(MARIADB));
  await scope.goTo(second.start);
  const address = page.url();
  const other = await colleague(browser, baseURL);
  await other.page.goto(address);
  await expect(other.page.getByText("This link leads into a file on your computer.")).toBeVisible();
  await other.scope.dropBytes("other", own(7));
  await other.scope.walked("other");
  await expect(other.page.getByText("This is not the file that the link was made of.")).toBeVisible();
  await other.page.getByRole("button", { name: `Go to ${second.start} all the same` }).click();
  await expect.poll(async () => (await other.scope.eventStart()).offset).toBe(second.start);
  await expect(other.page.getByText("This is not the file that the link was made of.")).toHaveCount(0);
  other.witness.expectNothing();
  await other.close();
});

test("opening the dialog asks for nothing elsewhere, and what is private of a place can be kept back", async ({
  scope, page, witness,
}) => {
  await scope.dropBytes("mine.000007", own());
  await scope.walked("mine.000007");
  await page.getByRole("searchbox").fill("type:QUERY");
  await page.keyboard.press("Enter");
  await expect(page.locator(".found")).toHaveAttribute("aria-busy", "false");
  // Texts and code of dialogs are this server's, and are here by now.
  await openShare(page);
  await page.keyboard.press("Escape");
  await page.waitForLoadState("networkidle");
  const before = witness.requests.length;
  await openShare(page);
  await expect(link(page)).toHaveValue(/filter=type%3AQUERY|filter=type:QUERY/);
  await page.getByRole("checkbox", { name: "Filter" }).uncheck();
  await expect(link(page)).not.toHaveValue(/filter=/);
  expect(witness.requests.slice(before)).toEqual([]);
});

test("the link is copied", async ({ scope, page, context, baseURL }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: new URL(baseURL).origin });
  await scope.goTo(4);
  await openShare(page);
  await page.getByRole("button", { name: "Copy link" }).click();
  await expect(page.getByRole("dialog").getByText("Copied")).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await link(page).inputValue());
});

test("notes are text, are shown where they are pinned, and are there after a reload", async ({ scope, page }) => {
  await scope.goTo(4);
  const item = scope.fields.locator('[role="treeitem"]').nth(2);
  await item.click();
  const field = await scope.field();
  await scope.fields.focus();
  await page.keyboard.press("m");
  const box = page.getByRole("textbox", { name: "Text of the note" });
  await expect(box).toBeFocused();
  await box.fill(MARKUP);
  await page.keyboard.press("Control+Enter");
  const note = scope.selectedField.locator(".note");
  await expect(note).toHaveText(MARKUP);
  await expect(scope.selectedEvent.locator(".note")).toHaveText(MARKUP);
  await expect(page.locator(".strip-note")).toHaveText(MARKUP);
  await expect(scope.byte(field.start)).toHaveClass(/noted/);
  // A range of bytes too.
  await page.evaluate(() => (location.hash += "&x"));
  await page.goto(page.url().replace(/&field=[^&]*/, "").replace(/&x$/, "") + "&bytes=20..24");
  await scope.expectLit({ start: 20, end: 24 });
  await page.getByRole("button", { name: "Add a note" }).click();
  await box.fill("four bytes");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.locator(".strip-note")).toHaveText("four bytes");
  await expect(scope.selectedEvent.locator(".note")).toContainText("+1");
  await page.reload();
  await scope.ready();
  await expect(page.locator(".strip-note")).toHaveText("four bytes");
  expect(await page.evaluate(() => window.ran)).toBeUndefined();
  await expect(page.locator(".note b, .note img, .strip-note b")).toHaveCount(0);
  // Removed, they are gone for good.
  await page.getByRole("button", { name: "Edit the note" }).click();
  await page.getByRole("button", { name: "Remove" }).click();
  await expect(page.locator(".strip-note")).toHaveCount(0);
  await page.reload();
  await scope.ready();
  await expect(page.locator(".strip-note")).toHaveCount(0);
  await expect(scope.selectedEvent.locator(".note")).toHaveText(MARKUP);
});

for (const [colorScheme, language] of [["light", "en"], ["dark", "en"], ["light", "zh-CN"]]) {
  test(`the dialog on a narrow screen, ${colorScheme}, ${language}`, async ({ scope, page }) => {
    await scope.goTo(4);
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 600, height: 900 });
    await scope.chooseLanguage(language);
    await page.locator("header.top .chrome button").first().click();
    const share = page.getByRole("dialog");
    await share.getByRole("radio").nth(1).check();
    await expect(share.locator("#share-link")).toHaveValue(/#s=1\./);
    await page.screenshot({ path: join(SCREENS, `share-narrow-${colorScheme}-${language}.png`) });
    // Nothing stands beside it, and its end is reached by the keyboard.
    expect(await share.evaluate((dialog) => dialog.scrollWidth <= dialog.clientWidth)).toBe(true);
    const last = share.locator("summary").last();
    for (let left = 40; left > 0 && !(await last.evaluate((it) => it === document.activeElement)); left -= 1) {
      await page.keyboard.press("Tab");
    }
    await expect(last).toBeInViewport();
    await page.keyboard.press("Enter");
    await page.screenshot({ path: join(SCREENS, `share-narrow-end-${colorScheme}-${language}.png`) });
  });
}

for (const colorScheme of ["light", "dark"]) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test("axe finds nothing in the dialogs of sharing and of notes", async ({ scope, page }) => {
      await scope.goTo(4);
      await openShare(page);
      await page.getByText("Show it inside another page").click();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Add a note" }).click();
      await page.getByRole("textbox", { name: "Text of the note" }).fill("here");
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press("Control+Enter");
      await expect(page.locator(".strip-note")).toHaveText("here");
      expect(await violations(page)).toEqual([]);
    });
  });
}
