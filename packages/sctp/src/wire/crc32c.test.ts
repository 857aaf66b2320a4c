import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOf } from "../testing/recording-handler.ts";
import { CRC32C_START, crc32c, updateCrc32c, updateCrc32cWithZeroWord } from "./crc32c.ts";

const increasing = Uint8Array.from({ length: 32 }, (_, index) => index);

/** RFC 3720, B.4; its bytes are printed with the lowest first. */
test.each([
  ["32 bytes of zero", new Uint8Array(32), 0x8a9136aa],
  ["32 bytes of ones", new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ["32 increasing bytes", increasing, 0x46dd794e],
  ["32 decreasing bytes", increasing.toReversed(), 0x113fdb5c],
  [
    "an iSCSI read command",
    bytesOf("01c00000 00000000 00000000 00000000 14000000 00000400 00000014 00000018 28000000 00000000 02000000 00000000"),
    0xd9963a56,
  ],
  ["the digits 1 to 9", new TextEncoder().encode("123456789"), 0xe3069283],
  ["nothing", new Uint8Array(0), 0],
])("%s", (_, bytes, checksum) => {
  expect(crc32c(bytes, 0, bytes.length)).toBe(checksum);
});

/** RFC 9260, appendix A, bit by bit. */
function bitwise(bytes: Uint8Array): number {
  let register = 0xffff_ffff;
  for (const byte of bytes) {
    register ^= byte;
    for (let bit = 0; bit < 8; bit++) register = (register >>> 1) ^ (register & 1 ? 0x82f63b78 : 0);
  }
  return ~register >>> 0;
}

test("any range of any bytes has the checksum that the bits give", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), fc.nat(200), (bytes, one, other) => {
      const start = Math.min(one, other, bytes.length);
      const end = Math.min(Math.max(one, other), bytes.length);
      expect(crc32c(bytes, start, end)).toBe(bitwise(bytes.subarray(start, end)));
    }),
    { seed: 9260, numRuns: 1000 },
  );
});

test("a checksum can be continued, and zeros need no bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.uint8Array({ maxLength: 60 }), (before, after) => {
      const first = updateCrc32cWithZeroWord(updateCrc32c(CRC32C_START, before, 0, before.length));
      expect(~updateCrc32c(first, after, 0, after.length) >>> 0).toBe(bitwise(Uint8Array.of(...before, 0, 0, 0, 0, ...after)));
    }),
    { seed: 9260, numRuns: 500 },
  );
});
