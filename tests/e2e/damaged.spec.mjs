// Files that are broken, and files that are something else.

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { events } from "./binlog.mjs";
import { samples } from "./machine.mjs";
import { expect, test } from "./scope.mjs";

const SHOP = samples().find((path) => basename(path) === "mysql-9.7-shop.binlog");

test("a cut file shows its events and one error", async ({ scope }) => {
  const whole = readFileSync(SHOP);
  const last = events(whole).at(-3);
  const cut = whole.subarray(0, last.start + 25);
  await scope.dropBytes("cut.binlog", cut.toString("base64"));
  await scope.walked("cut.binlog");
  await expect(scope.alert).toHaveCount(1);
  await expect(scope.alert).toContainText(/\S+ \S+ \S+/);
  await scope.showEveryEvent();
  const listed = await scope.listedStarts();
  for (const { start } of events(cut)) expect(listed).toContain(start);
});

test("damage in the middle is one span, and the rest is found again", async ({ scope }) => {
  const bytes = Buffer.from(readFileSync(SHOP));
  const all = events(bytes);
  const hurt = all[Math.floor(all.length / 2)];
  bytes.fill(0xff, hurt.start, hurt.start + 40);
  await scope.dropBytes("damaged.binlog", bytes.toString("base64"));
  await scope.walked("damaged.binlog");
  await scope.showEveryEvent();
  const listed = await scope.listedStarts();
  for (const { start, end } of all) {
    if (end <= hurt.start || start >= hurt.start + 4096) expect(listed, `event at ${start}`).toContain(start);
  }
  expect(listed).toContain(hurt.start);
  await scope.goTo(hurt.start);
  await expect(scope.selectedEvent).toContainText(/damaged/i);
});

test("a flipped bit is told at its event", async ({ scope }) => {
  const bytes = Buffer.from(readFileSync(SHOP));
  const hurt = events(bytes).find((event) => event.type === 30);
  bytes[hurt.end - 8] ^= 1;
  await scope.dropBytes("flipped.binlog", bytes.toString("base64"));
  await scope.walked("flipped.binlog");
  await scope.goTo(hurt.start);
  await scope.showEveryEvent();
  await scope.goTo(hurt.start);
  await expect(scope.selectedEvent).toContainText(/checksum/i);
});

/** An encrypted MySQL binlog begins with another magic and 512 bytes of header. */
function encrypted() {
  const bytes = Buffer.alloc(4096);
  for (let at = 512; at < bytes.length; at++) bytes[at] = (at * 167 + (at >> 3)) & 0xff;
  bytes.set([0xfd, 0x62, 0x69, 0x6e, 1], 0);
  const keyId = Buffer.from("MySQLReplicationKey_5a6f2d1c-0000-11ee-8000-0242ac110002_1");
  bytes.set([1, keyId.length, ...keyId], 5);
  const password = 5 + 2 + keyId.length;
  bytes.set([2, ...Array.from({ length: 32 }, (_, at) => at * 7 + 1)], password);
  bytes.set([3, ...Array.from({ length: 16 }, (_, at) => at * 5 + 2)], password + 33);
  return bytes;
}

const jpeg = Buffer.concat([
  Buffer.from("ffd8ffe000104a46494600010100000100010000", "hex"),
  Buffer.alloc(3000, 0x5a),
]);

for (const [name, bytes, sentence] of [
  ["empty.binlog", Buffer.alloc(0), /empty/i],
  ["holiday.jpg", jpeg, /jpeg/i],
  ["three.binlog", Buffer.from([0xfe, 0x62, 0x69]), /short|bytes/i],
  ["ff.bin", Buffer.alloc(5000, 0xff), /0xff.*binary log/i],
  ["secret.000001", encrypted(), /encrypt.*key|key.*encrypt/is],
]) {
  test(`${name} gets a clear sentence`, async ({ scope, page }) => {
    await scope.dropBytes(name, bytes.toString("base64"));
    // An encrypted file is no error: what can be seen of it is shown, with a note.
    const told = page.locator('[role="alert"], [role="note"]').filter({ hasText: sentence });
    await expect(told).toHaveCount(1);
    const said = (await told.textContent()).trim();
    expect(said.split(/\s+/).length, `"${said}" is a sentence`).toBeGreaterThan(4);
    expect(said).not.toMatch(/panick|undefined|\[object|error:/i);
    // The page goes on: a good file opens after a bad one.
    await scope.drop(SHOP);
    await scope.walked(basename(SHOP));
    await expect(scope.alert).toHaveCount(0);
    await expect(told).toHaveCount(0);
  });
}
