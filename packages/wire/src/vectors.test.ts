import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Frame, decodeFrame, encodeFrame } from "./frame.ts";
import { Flag, FrameType } from "./frame-type.ts";
import { WireError } from "./wire-error.ts";

interface ValidVector {
  name: string;
  hex: string;
  type: string;
  flags: ("seekable" | "transcoding" | "lastChunk")[];
  streamId: number;
  reencodes?: boolean;
  fileSize?: string;
  fileName?: string;
  transcoding?: boolean;
  seekable?: boolean;
  offset?: string;
  length?: string;
  data?: string;
  status?: number;
  timestampMs?: string;
}

interface InvalidVector {
  name: string;
  hex: string;
  reason: string;
}

const vectors = JSON.parse(readFileSync(new URL("../test-data/wire.json", import.meta.url), "utf8")) as {
  valid: ValidVector[];
  invalid: InvalidVector[];
};

const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

const FLAG_BITS = { seekable: Flag.SEEKABLE, transcoding: Flag.TRANSCODING, lastChunk: Flag.LAST_CHUNK };

/** A vector as a decoded frame. */
function expectedFrame(vector: ValidVector): Record<string, unknown> {
  const type = vector.type.toLowerCase().replace("_", "-");
  const big = (value: string | undefined): bigint | undefined => (value === undefined ? undefined : BigInt(value));
  const fields = {
    type,
    streamId: vector.streamId,
    size: big(vector.fileSize),
    name: vector.fileName,
    transcoding: vector.transcoding,
    seekable: vector.seekable,
    offset: big(vector.offset),
    length: big(vector.length),
    data: vector.data === undefined ? undefined : bytesOf(vector.data),
    last: vector.type === "RANGE_DATA" ? vector.flags.includes("lastChunk") : undefined,
    status: vector.status,
    timestampMs: big(vector.timestampMs),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

describe("W-2: the shared vectors", () => {
  test("contain every frame type of the base protocol", () => {
    const types = new Set(vectors.valid.map((vector) => vector.type));
    const extensions = new Set(["GOODBYE", "OPEN", "OPENED", "CLOSE"]);
    const base = Object.keys(FrameType).filter((name) => !extensions.has(name));
    expect([...types].sort()).toEqual(base.sort());
  });

  test.each(vectors.valid)("decode: $name", (vector) => {
    const bytes = bytesOf(vector.hex);
    const frame: Frame = decodeFrame(bytes);
    expect(frame).toEqual(expectedFrame(vector));
    let bits = 0;
    for (const flag of vector.flags) bits |= FLAG_BITS[flag];
    expect(bytes[1]).toBe(bits);
  });

  test.each(vectors.valid.filter((vector) => vector.reencodes !== false))("encode back to the same bytes: $name", (vector) => {
    expect(hexOf(encodeFrame(decodeFrame(bytesOf(vector.hex))))).toBe(vector.hex);
  });

  test.each(vectors.valid.filter((vector) => vector.reencodes === false))("encode without what a reader ignores: $name", (vector) => {
    const frame = decodeFrame(bytesOf(vector.hex));
    expect(decodeFrame(encodeFrame(frame))).toEqual(frame);
  });

  /** The vectors' reasons, and the reasons of WireError. */
  const REASONS: Record<string, string> = {
    "shorter than a header": "too-short",
    "length over 65536": "over-cap",
    "length does not match": "length-mismatch",
    "range_req must be 16 bytes": "bad-size",
    "range_end must be 4 bytes": "bad-size",
    "seek_hint must be 8 bytes": "bad-size",
    "hello too short": "bad-size",
    "name length past the payload": "bad-name-length",
    "unknown type": "unknown-type",
  };

  test.each(vectors.invalid)("refuse: $name", (vector) => {
    let refusal: unknown;
    try {
      decodeFrame(bytesOf(vector.hex));
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(WireError);
    expect((refusal as WireError).reason).toBe(REASONS[vector.reason]);
  });
});
