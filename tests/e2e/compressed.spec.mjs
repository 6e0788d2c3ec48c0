// What a compressed event inflates to: fields below the bytes that held it, bytes of their own.

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { deflateSync } from "node:zlib";
import { checksum, events, MAGIC } from "./binlog.mjs";
import { samples } from "./machine.mjs";
import { expect, rangeOf, test } from "./scope.mjs";

const HEADER = 19;
const POST_HEADER = 8;
const WRITE_ROWS_V1 = 23;
const UPDATE_ROWS_V1 = 24;
const DELETE_ROWS_V1 = 25;
const WRITE_ROWS_COMPRESSED_V1 = 166;

/** The sample with the row images of its rows events compressed, as MariaDB's log_bin_compress does. */
function twin(sample) {
  const parts = [MAGIC];
  let length = MAGIC.length;
  for (const { start, end, type } of events(sample)) {
    let event = Buffer.from(sample.subarray(start, end - 4));
    if (type >= WRITE_ROWS_V1 && type <= DELETE_ROWS_V1) {
      const width = event[HEADER + POST_HEADER];
      const bitmaps = Math.ceil(width / 8) * (type === UPDATE_ROWS_V1 ? 2 : 1);
      const images = HEADER + POST_HEADER + 1 + bitmaps;
      const plain = event.subarray(images);
      const size = Buffer.from([0x84, 0, 0, 0, 0]);
      size.writeUInt32BE(plain.length, 1);
      event = Buffer.concat([event.subarray(0, images), size, deflateSync(plain)]);
      event[4] = WRITE_ROWS_COMPRESSED_V1 + type - WRITE_ROWS_V1;
    }
    event.writeUInt32LE(event.length + 4, 9);
    length += event.length + 4;
    if (event.readUInt32LE(13) !== 0) event.writeUInt32LE(length, 13);
    const sum = Buffer.alloc(4);
    sum.writeUInt32LE(checksum(event));
    parts.push(event, sum);
  }
  return Buffer.concat(parts);
}

/** Goes to a field as a link does. */
async function follow(page, at, field) {
  await page.evaluate(
    ([at, field]) => {
      const place = new URLSearchParams(location.hash.slice(1));
      location.hash = `#file=${encodeURIComponent(place.get("file"))}&at=${at}&field=${field}`;
    },
    [at, field],
  );
}

test("a compressed rows event opens to its rows, and they have bytes of their own", async ({ scope, page }) => {
  const path = samples().find((path) => basename(path).includes("mariadb-11.8-shop"));
  const bytes = twin(readFileSync(path));
  const event = events(bytes).find((event) => event.type === WRITE_ROWS_COMPRESSED_V1);
  const space = String(event.start);
  await scope.dropBytes("twin.binlog", bytes.toString("base64"));
  await scope.walked("twin.binlog");
  await scope.goTo(event.start);
  await expect(scope.selectedEvent).toContainText("WRITE_ROWS_COMP");

  // The stored bytes are those of the leaf that opens.
  const data = "compressed_part.compressed_data";
  const field = (path) => scope.fields.locator(`[data-path="${path}"]`);
  await follow(page, space, data);
  await expect(field(data)).toHaveAttribute("aria-selected", "true");
  const stored = await scope.field();
  expect(stored.space).toBe("0");
  await scope.expectLit(stored);

  // Below it stand the rows, in the space named after the event; a link leads to a value of them.
  const value = `${data}.rows[0].after[0]`;
  await follow(page, space, value);
  await expect(field(value)).toHaveAttribute("aria-selected", "true");
  await expect(page.getByRole("tab", { selected: true, name: new RegExp(space) })).toBeVisible();
  const range = await scope.field();
  expect(range.space).toBe(space);
  await scope.expectLit(range);
  await expect(scope.selectedEvent).toContainText("WRITE_ROWS_COMP");

  // From one inflated field to the next, and from a byte to its field.
  await scope.fields.focus();
  await page.keyboard.press("ArrowDown");
  await expect.poll(async () => (await scope.field()).start).toBe(range.end);
  await scope.expectLit(await scope.field());
  await scope.byte(0).click();
  await expect.poll(async () => (await scope.field()).start).toBe(0);
  expect((await scope.field()).space).toBe(space);
  await expect.poll(() => decodeURIComponent(page.url())).toContain(`at=${space}&field=${data}.rows[0]`);
  await expect(scope.selectedEvent).toContainText("WRITE_ROWS_COMP");

  // The space is a place of its own, whose item is the row images.
  await scope.goTo(`${space}/0`);
  const root = scope.fields.getByRole("treeitem").first();
  expect((await rangeOf(root)).space).toBe(space);
  await expect(root).toContainText("Inflated rows");
  await expect(field("rows[0].after[0]")).toBeVisible();
});
