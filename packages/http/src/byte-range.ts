/*
 * The Range header (RFC 9110, 14.1.1 to 14.2), for one representation and the unit `bytes`.
 *
 *   bytes=A-B   from A to B, both inclusive; a B past the end is clipped
 *   bytes=A-    from A to the end
 *   bytes=-N    the last N bytes; the whole file if it has fewer
 */

import type { ByteRange } from "@rangecast/base";

export type { ByteRange };

/** Whether the range goes to the end of a file whose size is provisional (PROTOCOL.md, C-17). Its `end` is then Infinity. */
export function isOpenEnded({ end }: ByteRange): boolean {
  return end === Infinity;
}

/** What a Range header asks for: `whole` without a usable range (status 200), `part` for one range (206), or `unsatisfiable` for one outside the file (416). */
export type RangeRequest = { readonly kind: "whole" } | ({ readonly kind: "part" } & ByteRange) | { readonly kind: "unsatisfiable" };

const WHOLE: RangeRequest = { kind: "whole" };
const UNSATISFIABLE: RangeRequest = { kind: "unsatisfiable" };

const BYTES_UNIT = /^bytes=(.*)$/iu;
const INT_RANGE = /^(\d+)-(\d*)$/u;
const SUFFIX_RANGE = /^-(\d+)$/u;

/**
 * Reads a Range header for a file of `size` bytes.
 *
 * Malformed headers and units other than bytes are ignored, as 14.2 allows. So are several ranges in one header: no media element or download asks for
 * them, and a server without `multipart/byteranges` may respond with 200.
 */
export function parseRange(header: string | null, size: number): RangeRequest {
  if (header === null) return WHOLE;
  const rangeSet = BYTES_UNIT.exec(header.trim())?.[1];
  if (rangeSet === undefined) return WHOLE;
  // Empty list elements are allowed and ignored (RFC 9110, 5.6.1.2).
  const specs = rangeSet
    .split(",")
    .map((spec) => spec.trim())
    .filter((spec) => spec !== "");
  const [spec] = specs;
  if (spec === undefined || specs.length > 1) return WHOLE;
  return intRange(spec, size) ?? suffixRange(spec, size) ?? WHOLE;
}

/** Numbers that are too large to be exact are past the end of any file, and compare as such. */
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
  // A suffix of an empty file is satisfiable (14.1.2), but Content-Range can't express an empty range.
  if (size === 0) return WHOLE;
  return { kind: "part", start: Math.max(0, size - count), end: size };
}
