import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOf, hexOf } from "../testing/recording-handler.ts";
import {
  decodeErrorCauses,
  describeErrorCauses,
  encodeErrorCauses,
  ErrorCauseCode,
  invalidStreamCause,
  noUserDataCause,
  staleCookieCause,
  textCause,
} from "./error-cause.ts";

const decode = (bytes: Uint8Array): ReturnType<typeof decodeErrorCauses> => decodeErrorCauses(bytes, 0, bytes.length);

test.each([
  [invalidStreamCause(0xfffe), "0001 0008 fffe 0000", "invalid stream identifier: stream 65534"],
  [staleCookieCause(1500), "0003 0008 000005dc", "stale cookie: 1500 µs"],
  [staleCookieCause(1e12), "0003 0008 ffffffff", "stale cookie: 4294967295 µs"],
  [noUserDataCause(0x80000000), "0009 0008 80000000", "no user data: TSN 2147483648"],
  [textCause(ErrorCauseCode.USER_ABORT, "bye"), "000c 0007 627965", "user-initiated abort: bye"],
  [textCause(ErrorCauseCode.PROTOCOL_VIOLATION, ""), "000d 0004", "protocol violation"],
  [{ code: ErrorCauseCode.OUT_OF_RESOURCES, info: new Uint8Array(0) }, "0004 0004", "out of resource"],
  [{ code: ErrorCauseCode.UNRECOGNIZED_CHUNK_TYPE, info: bytesOf("40000004") }, "0006 0008 40000004", "unrecognized chunk type: type 64"],
  [{ code: 777, info: bytesOf("aa") }, "0309 0005 aa", "error cause 777"],
])("a cause is encoded, decoded and described: %o", (cause, hex, text) => {
  const bytes = encodeErrorCauses(cause);
  expect(hexOf(bytes)).toBe(hexOf(bytesOf(hex)));
  expect(decode(bytes)).toEqual([cause]);
  expect(describeErrorCauses(decode(bytes))).toBe(text);
});

test("several causes are padded, and described in order", () => {
  const bytes = encodeErrorCauses(textCause(ErrorCauseCode.USER_ABORT, "a"), noUserDataCause(7));
  expect(hexOf(bytes)).toBe(hexOf(bytesOf("000c 0005 61000000 0009 0008 00000007")));
  expect(describeErrorCauses(decode(bytes))).toBe("user-initiated abort: a; no user data: TSN 7");
});

test("causes before one with a wrong length are kept, and so are the first sixteen", () => {
  expect(decode(bytesOf("0004 0004 000c 0009 61")).map(({ code }) => code)).toEqual([4]);
  expect(decode(bytesOf("0004 0004".repeat(40))).length).toBe(16);
});

test("a text is cut to 200 bytes, between two characters", () => {
  expect(textCause(ErrorCauseCode.USER_ABORT, "x".repeat(5000)).info.length).toBe(200);
  expect(textCause(ErrorCauseCode.USER_ABORT, `${"x".repeat(199)}é`).info.length).toBe(199);
  const long = { code: ErrorCauseCode.USER_ABORT, info: new TextEncoder().encode("é".repeat(5000)) };
  expect(describeErrorCauses([long])).toBe(`user-initiated abort: ${"é".repeat(100)}`);
});

test("a description has no control characters, whatever the peer wrote", () => {
  const info = new TextEncoder().encode("\u001b[31mred\r\nnext line\u202e\u0000");
  expect(describeErrorCauses([{ code: ErrorCauseCode.USER_ABORT, info }])).toBe("user-initiated abort: [31mred next line");
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 15 }), fc.uint8Array({ maxLength: 300 }), (code, bytes) => {
      const text = describeErrorCauses([{ code, info: bytes }]);
      expect(text).not.toMatch(/\p{Cc}/u);
      expect(text.length).toBeLessThan(300);
    }),
    { seed: 9260, numRuns: 500 },
  );
});
