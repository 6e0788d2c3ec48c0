// A capture of a network: its packets as a ladder, one of them with its fields and bytes, and the log inside.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, SCREENS } from "./machine.mjs";
import { expect, showsItsText, test } from "./scope.mjs";

const CAPTURE = join(ROOT, "tests/fixtures/captures/mysql-9.7.pcap");

const packets = (page) => page.getByRole("grid", { name: "Packets" });
const packet = (page, name) => packets(page).getByRole("row").filter({ hasText: name }).first();

/** The list is as long as the screen has rows: what is not there yet is gone to. */
async function find(page, name) {
  const row = packet(page, name);
  await packets(page).focus();
  await page.keyboard.press("Home");
  for (let left = 40; left > 0 && (await row.count()) === 0; left--) {
    await page.keyboard.press("PageDown");
    await page.waitForTimeout(50);
  }
  return row;
}

async function openCapture(scope) {
  await scope.open(CAPTURE);
  await scope.walked("binlog.000001");
  await scope.page.getByRole("tab", { name: "Conversation" }).click();
  await expect(packets(scope.page)).toBeVisible();
}

test("the handshake, the request for a stream, its fields and bytes, and what was meant", async ({ scope }) => {
  const { page } = scope;
  await openCapture(scope);
  await expect(packet(page, "HandshakeV10")).toContainText("9.7.4");
  await expect(packets(page)).toContainText("Greeting");
  await expect(await find(page, "HandshakeResponse41")).toContainText("root");
  await find(page, "COM_QUERY");
  await expect(packets(page)).toContainText("Set-up queries");
  // The third one was written by hand.
  const choose = page.getByRole("combobox", { name: "Which conversation" });
  await choose.selectOption({ index: 2 });
  await expect(packet(page, "HandshakeV10")).toBeVisible();
  const dump = await find(page, "COM_BINLOG_DUMP");
  await expect(dump).toContainText("0x0001 was probably meant");
  await dump.click();
  await expect(dump).toHaveAttribute("aria-selected", "true");
  const tree = scope.fields;
  await expect(tree).toContainText("COM_BINLOG_DUMP");
  const flags = tree.getByRole("treeitem").filter({ hasText: "flags" }).first();
  await flags.click();
  await expect(scope.selectedField).toContainText("flags");
  const range = await scope.field();
  expect(range.end - range.start).toBe(2);
  await scope.expectLit(range);
  const bytes = await scope.byteCells.evaluateAll((cells) =>
    cells.filter((cell) => cell.getAttribute("aria-selected") === "true").map((cell) => cell.textContent.trim().slice(0, 2)),
  );
  expect(bytes.slice(0, 2).join(" ")).toBe("00 01");
  // A link leads back here.
  await expect.poll(() => page.url()).toMatch(/at=c3\/\d+.*field=flags.*tab=conversation/);
});

test("the keyboard goes from packet to packet, past headings", async ({ scope }) => {
  const { page } = scope;
  await openCapture(scope);
  await packets(page).focus();
  await page.keyboard.press("Home");
  await expect(packets(page).locator('[aria-selected="true"]')).toContainText("HandshakeV10");
  await page.keyboard.press("ArrowDown");
  await expect(packets(page).locator('[aria-selected="true"]')).toContainText("HandshakeResponse41");
  await page.keyboard.press("End");
  await expect(packets(page).locator('[aria-selected="true"]')).toHaveCount(1);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Home");
  await expect(packets(page).locator('[aria-selected="true"]')).toContainText("HandshakeV10");
  const active = await packets(page).getAttribute("aria-activedescendant");
  expect(await page.locator(`#${active}`).getAttribute("aria-selected")).toBe("true");
});

test("TLS is named, and the log of a dump is a file like any other", async ({ scope }) => {
  const { page } = scope;
  await openCapture(scope);
  const choose = page.getByRole("combobox", { name: "Which conversation" });
  await choose.selectOption({ index: 1 });
  await expect(page.getByRole("tabpanel", { name: "Conversation" })).toContainText("The client asks for TLS");
  await expect(await find(page, "SSLRequest")).toBeVisible();
  await choose.selectOption({ index: 2 });
  await page.getByRole("button", { name: "Open binlog.000001" }).click();
  await scope.walked("binlog.000001");
  // The conversations are still there, and the log's rows are found by a filter.
  await expect(packets(page)).toBeVisible();
  const filter = page.getByRole("searchbox", { name: "Filter" });
  await filter.fill("type:UPDATE_ROWS");
  await filter.press("Enter");
  await expect(scope.events).toContainText("t.a");
});

test("a pasted packet is shown", async ({ scope }) => {
  const { page } = scope;
  await page.getByRole("button", { name: "Paste", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Paste" });
  await dialog.getByRole("textbox").fill("18000000 12 04000000 0001 92100000 62696e6c6f672e303030303031".replaceAll(" ", ""));
  await dialog.getByRole("textbox").press("Control+Enter");
  await expect(packets(page)).toContainText("COM_BINLOG_DUMP");
  await expect(scope.fields).toContainText("COM_BINLOG_DUMP");
  await expect(packet(page, "COM_BINLOG_DUMP")).toContainText("was probably meant");
  // Nothing is left of the file that was open before.
  await expect(scope.events.locator("[role=row][data-offset]")).toHaveCount(0);
});

test("on a narrow screen a pasted packet is what is shown", async ({ scope }) => {
  const { page } = scope;
  await page.setViewportSize({ width: 600, height: 900 });
  await page.getByRole("button", { name: "Paste", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Paste" });
  await dialog.getByRole("textbox").fill("1800000012040000000001921000006269" + "6e6c6f672e303030303031");
  await dialog.getByRole("textbox").press("Control+Enter");
  await expect(packet(page, "COM_BINLOG_DUMP")).toBeInViewport();
  await page.screenshot({ path: join(SCREENS, "conversation-pasted-narrow.png") });
});

test("light, dark, narrow and Chinese", async ({ scope }) => {
  const { page } = scope;
  await openCapture(scope);
  await page.getByRole("combobox", { name: "Which conversation" }).selectOption({ index: 2 });
  await expect(packet(page, "HandshakeV10")).toBeVisible();
  await (await find(page, "COM_BINLOG_DUMP")).click();
  const shot = (name) => page.screenshot({ path: join(SCREENS, `conversation-${name}.png`) });
  await shot("light");
  await page.emulateMedia({ colorScheme: "dark" });
  await shot("dark");
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1024, height: 768 });
  await shot("1024");
  await page.setViewportSize({ width: 600, height: 900 });
  await page.getByRole("navigation", { name: "Steps" }).getByRole("button", { name: "Fields" }).click();
  await expect(packets(page)).toBeVisible();
  // All of the servers' names and ports.
  const choice = page.getByRole("combobox", { name: "Which conversation" });
  expect(await showsItsText(choice)).toBe(true);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  await shot("narrow");
  await page.emulateMedia({ colorScheme: "dark" });
  await shot("narrow-dark");
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1440, height: 900 });
  await scope.chooseLanguage("zh-CN");
  await expect(page.getByRole("tab", { name: "会话" })).toHaveAttribute("aria-selected", "true");
  await shot("chinese");
  expect(readFileSync(join(SCREENS, "conversation-dark.png")).length).toBeGreaterThan(10_000);
});
