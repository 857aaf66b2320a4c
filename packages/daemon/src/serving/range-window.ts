import { type RangeReq, toSafeNumber } from "@rangecast/wire";

/** The bytes of the file that a range stands for: from `start` up to but not including `end`; never empty. */
export interface RangeWindow {
  readonly start: number;
  readonly end: number;
}

/**
 * Which bytes a RANGE_REQ asks for (protocol 1.3): length 0, past the end or over 2^63 - 1 means to the end of the file.
 * @returns undefined when it is out of range: the offset at or past the end, or over 2^63 - 1; so every range of an empty file
 */
export function rangeWindow(request: Pick<RangeReq, "offset" | "length">, size: number): RangeWindow | undefined {
  const fileSize = BigInt(size);
  // No file is larger than 2^53 - 1 bytes here, so an offset over 2^63 - 1 is past its end.
  if (request.offset >= fileSize) return undefined;
  const left = fileSize - request.offset;
  const toTheEnd = request.length === 0n || request.length > left;
  const end = toTheEnd ? fileSize : request.offset + request.length;
  return { start: toSafeNumber(request.offset, "offset"), end: toSafeNumber(end, "end") };
}
