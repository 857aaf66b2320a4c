/*
 * The Range header (RFC 9110, 14.1.1 to 14.2), for one representation and the unit `bytes`.
 *
 *   bytes=A-B   from A to B, both inclusive; a B past the end is clipped
 *   bytes=A-    from A to the end
 *   bytes=-N    the last N bytes; all of it where it has fewer
 */

/** Bytes of a file, `end` exclusive. An `end` of Infinity means the file's end, wherever that is: its size is provisional (PROTOCOL.md, C-17). */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Whether the range ends where the file does, which nobody knows beforehand. */
export function isOpenEnded({ end }: ByteRange): boolean {
  return end === Infinity;
}

/**
 * What a Range header asks for: nothing that counts (`whole`: the answer is 200 with everything), one range (206), or one
 * that the file doesn't have (416).
 */
export type RangeRequest = { readonly kind: "whole" } | ({ readonly kind: "part" } & ByteRange) | { readonly kind: "unsatisfiable" };

const WHOLE: RangeRequest = { kind: "whole" };
const UNSATISFIABLE: RangeRequest = { kind: "unsatisfiable" };

const BYTES_UNIT = /^bytes=(.*)$/iu;
const INT_RANGE = /^(\d+)-(\d*)$/u;
const SUFFIX_RANGE = /^-(\d+)$/u;

/**
 * Reads a Range header for a file of `size` bytes.
 *
 * Malformed headers and units other than bytes are ignored, as 14.2 lets a server do. So are several ranges in one header: no
 * media element or download asks for them, and 200 is a legal answer where `multipart/byteranges` isn't spoken.
 */
export function parseRange(header: string | null, size: number): RangeRequest {
  if (header === null) return WHOLE;
  const rangeSet = BYTES_UNIT.exec(header.trim())?.[1];
  if (rangeSet === undefined) return WHOLE;
  // Empty list elements are legal and mean nothing (RFC 9110, 5.6.1.2).
  const specs = rangeSet
    .split(",")
    .map((spec) => spec.trim())
    .filter((spec) => spec !== "");
  const [spec] = specs;
  if (spec === undefined || specs.length > 1) return WHOLE;
  return intRange(spec, size) ?? suffixRange(spec, size) ?? WHOLE;
}

/** Numbers too large to be exact are past the end of any file in any case, and compare so. */
function intRange(spec: string, size: number): RangeRequest | undefined {
  const match = INT_RANGE.exec(spec);
  if (!match) return undefined;
  const first = Number(match[1]);
  const last = match[2] === "" ? Infinity : Number(match[2]);
  if (last < first) return WHOLE;
  if (first >= size) return UNSATISFIABLE;
  return { kind: "part", start: first, end: Math.min(last + 1, size) };
}

function suffixRange(spec: string, size: number): RangeRequest | undefined {
  const match = SUFFIX_RANGE.exec(spec);
  if (!match) return undefined;
  const count = Number(match[1]);
  if (count === 0) return UNSATISFIABLE;
  // A suffix of an empty file is satisfiable (14.1.2), but Content-Range has no way to say "no bytes".
  if (size === 0) return WHOLE;
  return { kind: "part", start: Math.max(0, size - count), end: size };
}
