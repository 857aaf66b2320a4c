import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Frame, decodeFrame, encodeFrame } from "./frame.ts";
import { HEADER_BYTES, MAX_HANDLE, MAX_PAYLOAD_BYTES, MAX_STREAM_ID } from "./header.ts";
import { WireError } from "./wire-error.ts";

const streamId = fc.integer({ min: 0, max: MAX_STREAM_ID });
const handle = fc.integer({ min: 0, max: MAX_HANDLE });
const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const announcement = fc.record(
  {
    version: fc.integer({ min: 1, max: 1000 }),
    mediaType: fc.string({ minLength: 1, maxLength: 100 }),
    modifiedMs: fc.maxSafeInteger(),
    etag: fc.string({ minLength: 1, maxLength: 100 }),
    features: fc.array(fc.string({ minLength: 1, maxLength: 30 }), { maxLength: 10 }),
  },
  { requiredKeys: ["version", "features"] },
);

const anyFrame: fc.Arbitrary<Frame> = fc.oneof(
  fc.record(
    {
      type: fc.constant("hello" as const),
      streamId,
      size: u64,
      name: fc.string({ unit: "grapheme", maxLength: 300 }),
      transcoding: fc.boolean(),
      seekable: fc.boolean(),
      announcement,
    },
    { requiredKeys: ["type", "streamId", "size", "name", "transcoding", "seekable"] },
  ),
  fc.record(
    {
      type: fc.constant("range-req" as const),
      streamId,
      offset: u64,
      length: u64,
      handle,
      extended: fc.constant(true),
      largeChunks: fc.constant(true),
    },
    { requiredKeys: ["type", "streamId", "offset", "length"] },
  ),
  fc.record({
    type: fc.constant("range-data" as const),
    streamId,
    last: fc.boolean(),
    data: fc.uint8Array({ minLength: 1, maxLength: 2000 }),
  }),
  fc.record({ type: fc.constant("range-end" as const), streamId, status: fc.integer({ min: 0, max: 0xffff_ffff }) }),
  fc.record({ type: fc.constant("cancel" as const), streamId }),
  fc.record({ type: fc.constant("ping" as const), streamId, extended: fc.constant(true) }, { requiredKeys: ["type", "streamId"] }),
  fc.record({ type: fc.constant("pong" as const), streamId }),
  fc.record({ type: fc.constant("seek-hint" as const), streamId, timestampMs: u64 }),
  fc.record({
    type: fc.constant("goodbye" as const),
    streamId,
    reason: fc.constantFrom("other", "stopped", "revoked", "expired", "limit", "used-up", "dropped"),
    message: fc.string({ maxLength: 80 }),
  }),
  fc.record({ type: fc.constant("open" as const), streamId, path: fc.uint8Array({ minLength: 1, maxLength: 300 }) }),
  fc.record(
    { type: fc.constant("opened" as const), streamId, handle, size: u64, transcoding: fc.boolean(), announcement },
    { requiredKeys: ["type", "streamId", "handle", "size", "transcoding"] },
  ),
  fc.record({ type: fc.constant("close" as const), streamId, handle }),
);

describe("W-3: the codec", () => {
  test("decodes every encoded frame to an equal one", () => {
    fc.assert(
      fc.property(anyFrame, (frame) => {
        expect(decodeFrame(encodeFrame(frame))).toEqual(frame);
      }),
      { numRuns: 2000 },
    );
  });

  test("reads a frame at any offset of a larger buffer", () => {
    fc.assert(
      fc.property(anyFrame, fc.integer({ min: 0, max: 40 }), (frame, before) => {
        const bytes = encodeFrame(frame);
        const larger = new Uint8Array(before + bytes.byteLength + 9).fill(0xee);
        larger.set(bytes, before);
        expect(decodeFrame(larger.subarray(before, before + bytes.byteLength))).toEqual(frame);
      }),
    );
  });

  test("any bytes are a frame or throw a WireError", () => {
    const headed = fc.tuple(fc.uint8Array({ minLength: 8, maxLength: 8 }), fc.uint8Array({ maxLength: 80 })).map(([head, payload]) => {
      const bytes = new Uint8Array(HEADER_BYTES + payload.byteLength);
      bytes.set(head);
      bytes[0] = (head[0] ?? 0) % 14;
      new DataView(bytes.buffer).setUint32(8, payload.byteLength);
      bytes.set(payload, HEADER_BYTES);
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), headed), (bytes) => {
        try {
          decodeFrame(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
        }
      }),
      { numRuns: 5000 },
    );
  });

  test("never copies the payload of RANGE_DATA", () => {
    const bytes = encodeFrame({ type: "range-data", streamId: 1, last: false, data: new Uint8Array([1, 2, 3]) });
    const frame = decodeFrame(bytes);
    expect(frame.type === "range-data" && frame.data.buffer === bytes.buffer).toBe(true);
  });

  test("accepts a payload of exactly the cap, and refuses one byte more", () => {
    const atCap = new Uint8Array(HEADER_BYTES + MAX_PAYLOAD_BYTES);
    atCap[0] = 0x02;
    new DataView(atCap.buffer).setUint32(8, MAX_PAYLOAD_BYTES);
    expect(decodeFrame(atCap).type).toBe("range-data");
    const over = new Uint8Array(HEADER_BYTES + MAX_PAYLOAD_BYTES + 1);
    over[0] = 0x02;
    new DataView(over.buffer).setUint32(8, MAX_PAYLOAD_BYTES + 1);
    expect(() => decodeFrame(over)).toThrow(expect.objectContaining({ reason: "over-cap" }));
  });
});
