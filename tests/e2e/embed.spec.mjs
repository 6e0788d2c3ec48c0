// The page inside of a page of another origin: what it shows, whom it hears, and what it tells.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { basename } from "node:path";
import { events } from "./binlog.mjs";
import { samples } from "./machine.mjs";
import { Scope, Witness, expect, test } from "./scope.mjs";

const SHOP = samples().find((path) => basename(path) === "mysql-9.7-shop.binlog");

/** A host page on an origin of its own, which keeps what it hears. */
async function host(address, log) {
  const body = `<!doctype html><meta charset="utf-8"><title>host</title>
    <style>body { margin: 0 } iframe { width: 100vw; height: 97vh; border: 0 }</style>
    <iframe src="${address}" title="log" sandbox="allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox"></iframe>
    <script>
      window.heard = [];
      addEventListener("message", (event) => heard.push({ origin: event.origin, ...event.data }));
      window.say = (message, ...rest) => frames[0].postMessage({ binlogscope: 1, ...message }, "*", ...rest);
    </script>`;
  const server = createServer((request, response) => {
    const wanted = { "/": ["text/html; charset=utf-8", body], "/log": ["application/octet-stream", log] }[request.url];
    response.writeHead(wanted ? 200 : 204, { "Content-Type": wanted?.[0] ?? "text/plain" });
    response.end(wanted?.[1]);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  // Another name is another origin, and another site.
  return { url: `http://localhost:${server.address().port}/`, stop: () => new Promise((resolve) => server.close(resolve)) };
}

async function visit(page, baseURL, query, log = readFileSync(SHOP)) {
  const around = await host(`${baseURL}${query}`, log);
  const witness = new Witness(page, new URL(baseURL).origin);
  await page.goto(around.url);
  const frame = page.frames().find((frame) => frame !== page.mainFrame());
  const heard = (type) => page.evaluate((type) => window.heard.filter((message) => message.type === type), type);
  const elsewhere = () => witness.elsewhere().filter((url) => !url.startsWith(around.url));
  return { around, witness, scope: new Scope(frame), frame, heard, elsewhere };
}

test("a place is shown without the tools that open other files", async ({ page, baseURL }) => {
  const event = events(readFileSync(SHOP))[3];
  const { around, scope, frame, heard, elsewhere, witness } = await visit(page, baseURL, `?embed&theme=dark&lang=zh-CN#file=${basename(SHOP)}&at=${event.start}`);
  const events_ = frame.getByRole("treegrid", { name: "事件" });
  await expect(events_.locator('[role="row"][aria-selected="true"]')).toHaveAttribute("data-offset", String(event.start));
  await expect(frame.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(frame.getByRole("button", { name: "打开文件" })).toHaveCount(0);
  await expect(frame.getByRole("searchbox")).toHaveCount(0);
  const whole = frame.getByRole("link", { name: "在 Binlogscope 中打开" });
  await expect(whole).toHaveAttribute("href", new RegExp(`^${baseURL}#file=.*at=${event.start}`));
  // It said that it is there, and nothing more: the host has not spoken.
  expect((await heard("ready")).length).toBe(1);
  await events_.focus();
  await page.keyboard.press("ArrowDown");
  await expect(events_.locator('[role="row"][aria-selected="true"]')).not.toHaveAttribute("data-offset", String(event.start));
  expect(await heard("selected")).toEqual([]);
  expect(elsewhere()).toEqual([]);
  expect(witness.complaints).toEqual([]);
  expect(scope).toBeDefined();
  await around.stop();
});

test("a host gives a log, leads the reader, and learns where the reader goes", async ({ page, baseURL }) => {
  const list = events(readFileSync(SHOP));
  const { around, scope, frame, heard, elsewhere, witness } = await visit(page, baseURL, "?embed");
  await expect(frame.getByText("Nothing is open yet.")).toBeVisible();
  await expect.poll(() => heard("ready")).toHaveLength(1);
  await page.evaluate(async () => {
    const bytes = await (await fetch("/log")).arrayBuffer();
    window.say({ type: "open", id: 7, name: "<b>given</b>.binlog", bytes });
  });
  await expect.poll(() => heard("opened")).toHaveLength(1);
  const [opened] = await heard("opened");
  expect(opened).toMatchObject({ binlogscope: 1, id: 7, name: "<b>given</b>.binlog", size: readFileSync(SHOP).length });
  await scope.ready();
  await page.evaluate((at) => window.say({ type: "select", at, start: at + 4, end: at + 9 }), list[5].start);
  await scope.expectLit({ start: list[5].start + 4, end: list[5].start + 9 });
  await expect.poll(async () => (await heard("selected")).at(-1)).toMatchObject({
    at: String(list[5].start), start: list[5].start + 4, end: list[5].start + 9, origin: new URL(baseURL).origin,
  });
  await scope.fields.getByRole("treeitem").nth(2).click();
  await expect.poll(async () => (await heard("selected")).at(-1).field).toBeTruthy();
  // Places, and nothing that stands there.
  for (const message of await heard("selected")) {
    expect(Object.keys(message).every((key) => ["origin", "binlogscope", "type", "id", "at", "field", "start", "end"].includes(key))).toBe(true);
  }
  // What it gave is no link, so nobody is sent to one.
  await expect(frame.getByRole("link")).toHaveCount(0);
  await page.evaluate(() => window.say({ type: "open", id: 8, name: "nothing", bytes: new Uint8Array(50).fill(255) }));
  await expect.poll(() => heard("failed")).toHaveLength(1);
  expect((await heard("failed"))[0].id).toBe(8);
  expect(elsewhere()).toEqual([]);
  expect(witness.complaints).toEqual([]);
  await around.stop();
});

test("others than the host are not heard, and a reader's own file is not told of", async ({ page, baseURL }) => {
  const bytes = Buffer.from(readFileSync(SHOP));
  bytes.writeUInt32LE(bytes.readUInt32LE(4) + 1, 4);
  const { around, scope, frame, heard } = await visit(page, baseURL, "?embed#file=0123456789abcdef&at=4");
  await page.evaluate(() => window.say({ type: "hello" }));
  await expect(frame.getByText("This link leads into a file on your computer.")).toBeVisible();
  // The frame itself, and a frame beside it, are not the host.
  await frame.evaluate(() => window.postMessage({ binlogscope: 1, type: "open", name: "own", bytes: new ArrayBuffer(8) }, "*"));
  await page.evaluate(() => {
    const beside = document.createElement("iframe");
    beside.srcdoc = `<script>parent.frames[0].postMessage({ binlogscope: 1, type: "open", name: "beside", bytes: new ArrayBuffer(8) }, "*")</` + `script>`;
    document.body.append(beside);
  });
  await scope.dropBytes("mine.binlog", bytes.toString("base64"));
  await expect(frame.locator(".embed-strip")).toContainText("mine.binlog");
  await scope.ready();
  await scope.fields.getByRole("treeitem").nth(2).click();
  await scope.expectLit(await scope.field());
  await page.evaluate(() => window.say({ type: "select", at: 4 }));
  expect(await heard("selected")).toEqual([]);
  expect(await heard("opened")).toEqual([]);
  expect(await heard("failed")).toEqual([]);
  await around.stop();
});
