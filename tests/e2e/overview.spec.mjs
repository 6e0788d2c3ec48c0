// The strip on top: what it says, where it leads, and its table.

import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { checksum, events } from "./binlog.mjs";
import { folder, samples, SCREENS } from "./machine.mjs";
import { writeRepeated } from "./repeat.mjs";
import { expect, test } from "./scope.mjs";

const FILE = samples().find((path) => basename(path) === "mariadb-11.8-shop.binlog");

const strip = (page) => page.getByRole("slider", { name: "The file at a glance" });

/** Colours that stand on the canvas. */
const colours = (page) =>
  page.locator(".overview-track canvas").evaluate((canvas) => {
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
    const seen = new Set();
    for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 0) seen.add(`${data[at]},${data[at + 1]},${data[at + 2]}`);
    return seen.size;
  });

/** The share of the canvas's columns of pixels that stand on its ground: painted in the lowest quarter. */
const standing = (page) =>
  page.locator(".overview-track canvas").evaluate((canvas) => {
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    const top = Math.floor(canvas.height * 0.75);
    const { data, width, height } = copy.getImageData(0, top, canvas.width, canvas.height - top);
    let painted = 0;
    for (let x = 0; x < width; x++) {
      painted += [...Array(height).keys()].some((y) => data[(y * width + x) * 4 + 3] > 0);
    }
    return painted / width;
  });

test.beforeEach(async ({ scope, page }) => {
  await scope.open(FILE);
  await scope.walked(basename(FILE));
  await expect.poll(() => colours(page), "several families are drawn").toBeGreaterThan(3);
});

test("a click leads to the event there, and the strip says where that is", async ({ scope, page }) => {
  const box = await strip(page).boundingBox();
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2);
  await expect(page.locator(".overview-said")).toContainText(/pos:\d+\.\.\d+ · \d+ events?/);
  await page.mouse.click(box.x + box.width * 0.6, box.y + box.height / 2);
  const size = Number(await strip(page).getAttribute("aria-valuemax"));
  await expect.poll(async () => (await scope.eventStart()).offset).toBeGreaterThan(size * 0.5);
  expect((await scope.eventStart()).offset).toBeLessThan(size * 0.75);
  await page.goBack();
  await expect.poll(async () => (await scope.eventStart()).offset).toBeLessThan(size * 0.5);
});

test("a brushed part becomes a term of the filter", async ({ scope, page }) => {
  const rows = Number(await scope.events.getAttribute("aria-rowcount"));
  const box = await strip(page).boundingBox();
  await page.mouse.move(box.x + box.width * 0.3, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.4, box.y + 12, { steps: 4 });
  await page.mouse.up();
  await page.getByRole("button", { name: "Only this part" }).click();
  await expect(page.getByRole("searchbox", { name: "Filter" })).toHaveValue(/^pos:\d+\.\.\d+$/);
  await expect.poll(async () => Number(await scope.events.getAttribute("aria-rowcount"))).toBeLessThan(rows);
});

test("everything is there for the keyboard", async ({ scope, page }) => {
  await strip(page).focus();
  const first = (await scope.eventStart()).offset;
  await page.keyboard.press("End");
  await expect.poll(async () => (await scope.eventStart()).offset).toBeGreaterThan(first);
  const last = (await scope.eventStart()).offset;
  await page.keyboard.press("Home");
  await expect.poll(async () => (await scope.eventStart()).offset).toBeLessThan(last);
  await page.keyboard.press("ArrowRight");
  await expect(strip(page)).toHaveAttribute("aria-valuetext", /pos:/);
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("Shift+ArrowRight");
  await expect(page.getByRole("button", { name: "Zoom in" })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("searchbox", { name: "Filter" })).toHaveValue(/^pos:/);
  await strip(page).focus();
  await page.keyboard.press("+");
  await expect(page.getByRole("button", { name: "Whole file" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Whole file" })).toHaveCount(0);
});

test("by time, by size, as a table", async ({ page, scope }) => {
  await page.getByRole("combobox", { name: "Along" }).selectOption("time");
  await expect.poll(() => colours(page)).toBeGreaterThan(3);
  // Seconds, no offsets.
  await expect(strip(page)).toHaveAttribute("aria-valuemin", /^\d{10}$/);
  await strip(page).focus();
  await page.keyboard.press("Home");
  await expect(strip(page)).toHaveAttribute("aria-valuetext", /time:@\d+/);
  await page.getByRole("combobox", { name: "Height" }).selectOption("overview-bytes");
  await page.getByRole("button", { name: "Table" }).click();
  const table = page.getByRole("region", { name: "The overview as a table" });
  await expect(table.getByRole("row").nth(1)).toContainText(/20\d\d-/);
  await page.getByRole("combobox", { name: "Along" }).selectOption("position");
  const rows = table.getByRole("row");
  await expect(rows.nth(1)).toContainText("0 …");
  await rows.last().getByRole("button").click();
  const size = Number(await strip(page).getAttribute("aria-valuemax"));
  await expect.poll(async () => (await scope.eventStart()).offset).toBeGreaterThan(size * 0.8);
  await page.screenshot({ path: join(SCREENS, "overview-table.png") });
});

test("an event years away is told and a button away, and leaves the others their room", async ({ scope, page }) => {
  const bytes = readFileSync(FILE);
  const { start, end } = events(bytes)[20];
  bytes.writeUInt32LE(1_000_000_000, start);
  bytes.writeUInt32LE(checksum(bytes.subarray(start, end - 4)), end - 4);
  await scope.dropBytes("far-off.binlog", bytes.toString("base64"));
  await scope.walked("far-off.binlog");
  await page.getByRole("combobox", { name: "Along" }).selectOption("time");
  const said = page.locator(".overview-said");
  await expect(said).toContainText("1 event is far off in time: 2001-09-09 01:46:40");
  await strip(page).focus();
  await page.keyboard.press("Home");
  await expect(strip(page)).toHaveAttribute("aria-valuetext", /time:@1[6-9]\d+/);
  await page.getByRole("button", { name: "All times" }).click();
  await strip(page).focus();
  // Keys go by the columns that are drawn; those of all times come a moment behind the button.
  await expect(async () => {
    await page.keyboard.press("Home");
    await expect(strip(page)).toHaveAttribute("aria-valuetext", /time:@1000000000.* · 1 event ·/, { timeout: 2000 });
    await expect.poll(() => scope.eventStart(), { timeout: 2000 }).toEqual({ space: "0", offset: start });
  }).toPass();
  // Back, and out again by the wheel's key.
  await page.getByRole("button", { name: "Usual times" }).click();
  await expect(page.getByRole("button", { name: "Usual times" })).toHaveCount(0);
  await strip(page).focus();
  await page.keyboard.press("-");
  await expect(page.getByRole("button", { name: "Usual times" })).toBeVisible();
});

test("a large file fills the strip from end to end", async ({ scope, page }) => {
  const name = "repeated-24MiB.binlog";
  const path = join(folder("bench"), name);
  if (!existsSync(path) || statSync(path).size < 24 * 2 ** 20) writeRepeated(24 * 2 ** 20, path, FILE);
  await scope.open(path);
  await scope.walked(name);
  await expect.poll(() => standing(page)).toBeGreaterThan(0.9);
});
