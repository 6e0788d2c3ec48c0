// What the tests themselves know of a binlog: where its events begin and end. Written apart from
// the decoder under test, so that both would have to be wrong in the same way.

import { crc32 } from "node:zlib";

export const MAGIC = Buffer.from([0xfe, 0x62, 0x69, 0x6e]);

const HEADER = 19;
const FORMAT_DESCRIPTION = 15;
const ROTATE = 4;
const STOP = 3;
/** GTID, ANONYMOUS_GTID, GTID_TAGGED, MariaDB's GTID: what a transaction begins with. */
const TRANSACTION_STARTS = [33, 34, 42, 162];

/** All events as `{start, end, type}`; a frame that the file cuts off is left out. */
export function events(bytes) {
  const found = [];
  for (let start = MAGIC.length; start + HEADER <= bytes.length; ) {
    const end = start + bytes.readUInt32LE(start + 9);
    if (end < start + HEADER || end > bytes.length) break;
    found.push({ start, end, type: bytes[start + 4] });
    start = end;
  }
  return found;
}

/** CRC-32 as in zlib; Node has its own since 20.15. */
export const checksum = crc32 ?? ((bytes) => {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
});

/**
 * A file of about `size` bytes out of a small one: its head, then its transactions over and over,
 * each event with the position and the checksum that it has at its new place.
 */
export function* repeated(sample, size) {
  const all = events(sample);
  const first = all.findIndex((event) => TRANSACTION_STARTS.includes(event.type));
  const last = all.findLastIndex((event) => event.type !== ROTATE && event.type !== STOP);
  if (all[0]?.type !== FORMAT_DESCRIPTION || first < 0) throw new Error("the sample has no transactions");
  const head = sample.subarray(0, all[first].start);
  yield head;
  const body = all.slice(first, last + 1);
  const base = body[0].start;
  const length = body.at(-1).end - base;
  for (let at = head.length; at < size; at += length) {
    const copy = Buffer.from(sample.subarray(base, base + length));
    for (const { start, end } of body) {
      const event = copy.subarray(start - base, end - base);
      // Positions are 32 bits wide and wrap; 0 means that the server left it out.
      if (event.readUInt32LE(13) !== 0) event.writeUInt32LE((at + end - base) % 2 ** 32, 13);
      event.writeUInt32LE(checksum(event.subarray(0, -4)), event.length - 4);
    }
    yield copy;
  }
}
