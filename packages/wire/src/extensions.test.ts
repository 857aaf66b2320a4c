import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { encodeHello } from "./hello.ts";
import { decodeFrame, encodeFrame } from "./frame.ts";
import { HEADER_BYTES } from "./header.ts";
import { largeChunkBytes, sealRangeData } from "./range-data.ts";

const vectors = JSON.parse(readFileSync(new URL("../test-data/extensions.json", import.meta.url), "utf8")) as {
  valid: { name: string; hex: string; frame: Record<string, unknown>; reencodes?: boolean }[];
  invalid: { name: string; hex: string; reason: string }[];
};
const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** JSON has neither bigint nor bytes: they are decimal strings and hex in the vectors. */
function comparable(value: unknown): unknown {
  const plain = (field: unknown): unknown => (field instanceof Uint8Array ? hexOf(field) : field);
  return JSON.parse(JSON.stringify(value, (_key, field: unknown) => (typeof field === "bigint" ? field.toString() : plain(field))));
}

describe("X: the extensions' vectors", () => {
  test.each(vectors.valid)("decode and encode: $name", (vector) => {
    const frame = decodeFrame(bytesOf(vector.hex));
    expect(comparable(frame)).toEqual(vector.frame);
    if (vector.reencodes !== false) expect(hexOf(encodeFrame(frame))).toBe(vector.hex);
  });

  test.each(vectors.invalid)("refuse: $name", ({ hex, reason }) => {
    expect(() => decodeFrame(bytesOf(hex))).toThrow(expect.objectContaining({ reason }));
  });
});

describe("X-1: the announcement", () => {
  const hello = { type: "hello" as const, streamId: 0, size: 9n, name: "a.bin", transcoding: false, seekable: true };
  const withBlock = (block: Uint8Array): Uint8Array => {
    const base = encodeHello(hello);
    const frame = new Uint8Array(base.byteLength + block.byteLength);
    frame.set(base);
    frame.set(block, base.byteLength);
    new DataView(frame.buffer).setUint32(8, frame.byteLength - HEADER_BYTES);
    return frame;
  };
  const block = (json: string): Uint8Array => {
    const text = new TextEncoder().encode(json);
    const bytes = new Uint8Array(4 + text.byteLength);
    new DataView(bytes.buffer).setUint32(0, text.byteLength);
    bytes.set(text, 4);
    return bytes;
  };

  test("leaves the base protocol's bytes before it unchanged", () => {
    const plain = encodeHello(hello);
    const announced = encodeHello({ ...hello, announcement: { version: 1, features: ["goodbye"] } });
    expect(hexOf(announced.subarray(HEADER_BYTES, plain.byteLength))).toBe(hexOf(plain.subarray(HEADER_BYTES)));
  });

  test.each([
    ["three bytes", new Uint8Array([0, 0, 0])],
    ["a length past the payload", new Uint8Array([0, 0, 0, 9, 0x7b, 0x7d])],
    ["not JSON", block("{nope")],
    ["not an object", block("[1]")],
    ["without a version", block("{}")],
    ["of a version that is not an integer", block('{"v":1.5}')],
    ["of version 0", block('{"v":0}')],
    ["not UTF-8", new Uint8Array([0, 0, 0, 1, 0xff])],
  ])("is ignored, and the HELLO still read, if the block is %s", (_name, bytes) => {
    expect(decodeFrame(withBlock(bytes))).toEqual(hello);
  });

  test("ignores fields of a wrong type or an excessive size", () => {
    const long = "x".repeat(300);
    const many = JSON.stringify(Array.from({ length: 100 }, (_, index) => `f${index}`));
    const frame = decodeFrame(withBlock(block(`{"v":2,"type":7,"mtime":"yesterday","etag":"${long}","features":${many}}`)));
    expect(frame).toMatchObject({ announcement: { version: 2 } });
    const announced = frame.type === "hello" ? frame.announcement : undefined;
    expect(announced).not.toHaveProperty("mediaType");
    expect(announced).not.toHaveProperty("modifiedMs");
    expect(announced).not.toHaveProperty("etag");
    expect(announced?.features).toHaveLength(32);
  });
});

describe("X-3: large chunks", () => {
  test.each([
    ["no max-message-size", undefined, 65_523],
    ["0, which means no limit", 0, 65_523],
    ["Chromium's 262144", 262_144, 65_523],
    ["a small one", 16_396, 16_384],
    ["one smaller than a header", 10, 1],
  ])("for an SDP with %s", (_name, named, expected) => {
    expect(largeChunkBytes(named)).toBe(expected);
  });

  test("writes the header in front of bytes that are already in place", () => {
    const frame = new Uint8Array(HEADER_BYTES + 3);
    frame.set([7, 8, 9], HEADER_BYTES);
    sealRangeData(frame, 5, true);
    expect(decodeFrame(frame)).toEqual({ type: "range-data", streamId: 5, last: true, data: new Uint8Array([7, 8, 9]) });
  });
});

describe("X-4: goodbye", () => {
  test("truncates a message over 256 bytes, and decodes an unknown reason as other", () => {
    const bytes = encodeFrame({ type: "goodbye", streamId: 0, reason: "limit", message: "m".repeat(400) });
    const frame = decodeFrame(bytes);
    expect(frame).toEqual({ type: "goodbye", streamId: 0, reason: "limit", message: "m".repeat(256) });
    bytes[HEADER_BYTES] = 200;
    expect(decodeFrame(bytes)).toMatchObject({ reason: "other" });
  });

  test("is refused without a reason", () => {
    expect(() => decodeFrame(new Uint8Array([8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]))).toThrow(
      expect.objectContaining({ reason: "bad-size" }),
    );
  });
});
