import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesOf, hexOf } from "../testing/recording-handler.ts";
import {
  decodeReConfig,
  encodeOutgoingReset,
  encodeReConfig,
  encodeReResponse,
  ReConfigResult,
  type ReConfigParameter,
} from "./re-config.ts";

const VECTORS: readonly { readonly name: string; readonly hex: string; readonly parameters: readonly ReConfigParameter[] }[] = [
  {
    name: "outgoing reset of streams 1 and 65535",
    hex: "000d 0014 00000001 00000002 fffffffe 0001 ffff",
    parameters: [{ kind: "outgoing-reset", sequence: 1, responseSequence: 2, lastTsn: 0xfffffffe, streamIds: [1, 0xffff] }],
  },
  {
    name: "outgoing reset of all streams",
    hex: "000d 0010 00000001 00000002 00000003",
    parameters: [{ kind: "outgoing-reset", sequence: 1, responseSequence: 2, lastTsn: 3, streamIds: [] }],
  },
  {
    name: "incoming reset of stream 5",
    hex: "000e 000a 80000000 0005",
    parameters: [{ kind: "incoming-reset", sequence: 0x80000000, streamIds: [5] }],
  },
  {
    name: "incoming reset of all streams",
    hex: "000e 0008 00000009",
    parameters: [{ kind: "incoming-reset", sequence: 9, streamIds: [] }],
  },
  { name: "SSN/TSN reset", hex: "000f 0008 00000009", parameters: [{ kind: "ssn-tsn-reset", sequence: 9 }] },
  {
    name: "response",
    hex: "0010 000c 00000009 00000006",
    parameters: [{ kind: "response", sequence: 9, result: ReConfigResult.IN_PROGRESS }],
  },
  {
    name: "response with the next TSNs",
    hex: "0010 0014 00000009 00000001 0000000a fffffffb",
    parameters: [{ kind: "response", sequence: 9, result: ReConfigResult.DONE, nextTsns: { sender: 10, receiver: 0xfffffffb } }],
  },
  {
    name: "more outgoing streams",
    hex: "0011 000c 00000009 ffff 0000",
    parameters: [{ kind: "add-outgoing-streams", sequence: 9, newStreams: 0xffff }],
  },
  {
    name: "more incoming streams",
    hex: "0012 000c 00000009 0010 0000",
    parameters: [{ kind: "add-incoming-streams", sequence: 9, newStreams: 16 }],
  },
  {
    name: "an incoming reset that is padded, and an outgoing one that answers it",
    hex: "000e 000a 00000009 0005 0000  000d 0012 00000001 00000002 00000003 0007",
    parameters: [
      { kind: "incoming-reset", sequence: 9, streamIds: [5] },
      { kind: "outgoing-reset", sequence: 1, responseSequence: 2, lastTsn: 3, streamIds: [7] },
    ],
  },
  {
    name: "two responses",
    hex: "0010 000c 00000009 00000000  0010 000c 0000000a 00000005",
    parameters: [
      { kind: "response", sequence: 9, result: ReConfigResult.NOTHING_TO_DO },
      { kind: "response", sequence: 10, result: ReConfigResult.BAD_SEQUENCE },
    ],
  },
];

test.each(VECTORS)("decodes $name, and encodes it to the same bytes", ({ hex, parameters }) => {
  const bytes = bytesOf(hex);
  expect(decodeReConfig(bytes, 0, bytes.length)).toEqual(parameters);
  expect(hexOf(encodeReConfig(...parameters))).toBe(hexOf(bytes));
});

test("the two that an association sends have encoders of their own", () => {
  expect(hexOf(encodeReResponse(9, ReConfigResult.DENIED))).toBe(hexOf(bytesOf("0010 000c 00000009 00000002")));
  const reset = { sequence: 1, responseSequence: 2, lastTsn: 3, streamIds: [4] };
  expect(hexOf(encodeOutgoingReset(reset))).toBe(hexOf(bytesOf("000d 0012 00000001 00000002 00000003 0004")));
});

describe("refuses", () => {
  test.each([
    ["nothing", "", "bad-combination"],
    ["three parameters", "0010 000c 00000009 00000000  0010 000c 00000009 00000000  0010 000c 00000009 00000000", "bad-combination"],
    ["two outgoing resets", "000d 0010 00000001 00000002 00000003  000d 0010 00000001 00000002 00000003", "bad-combination"],
    ["an SSN/TSN reset with a response", "000f 0008 00000009  0010 000c 00000009 00000000", "bad-combination"],
    ["another parameter", "0007 0008 00000009", "unknown-parameter"],
    ["a length of 3", "000f 0003 00000009", "malformed"],
    ["a length over the end", "000e 000c 00000009 0005", "malformed"],
    ["a parameter without a sequence", "000f 0004", "malformed"],
    ["an outgoing reset without a last TSN", "000d 000c 00000001 00000002", "malformed"],
    ["an outgoing reset with half a stream id", "000d 0011 00000001 00000002 00000003 00", "malformed"],
    ["an incoming reset with half a stream id", "000e 0009 00000009 00", "malformed"],
    ["an SSN/TSN reset that is too long", "000f 000c 00000009 00000000", "malformed"],
    ["a response without a result", "0010 0008 00000009", "malformed"],
    ["a response with one TSN", "0010 0010 00000009 00000000 00000000", "malformed"],
    ["more streams without a number", "0011 0008 00000009", "malformed"],
  ])("%s", (_, hex, fault) => {
    const bytes = bytesOf(hex);
    expect(decodeReConfig(bytes, 0, bytes.length)).toBe(fault);
  });
});

test("any bytes give at most two parameters that encode again, or a fault", () => {
  const u16 = fc.integer({ min: 0, max: 0xffff });
  const nearly = fc
    .array(fc.tuple(fc.integer({ min: 12, max: 19 }), u16, fc.uint8Array({ maxLength: 20 })), { maxLength: 3 })
    .map((parts) =>
      Uint8Array.from(
        parts.flatMap(([type, lie, value]) => {
          const length = lie % 8 === 0 ? lie : value.length + 4;
          return [0, type, length >> 8, length & 0xff, ...value, ...new Uint8Array(-value.length & 3)];
        }),
      ),
    );
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), nearly), (bytes) => {
      const decoded = decodeReConfig(bytes, 0, bytes.length);
      if (typeof decoded === "string") return;
      expect(decoded.length).toBeLessThanOrEqual(2);
      const again = encodeReConfig(...decoded);
      expect(decodeReConfig(again, 0, again.length)).toEqual(decoded);
    }),
    { seed: 6525, numRuns: 2000 },
  );
});
