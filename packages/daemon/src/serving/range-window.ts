import type { ByteRange } from "@rangecast/base";
import { type RangeReq, toSafeNumber } from "@rangecast/wire";

/**
 * The bytes that a RANGE_REQ asks for (C-3). A length of 0, past the end of the file or over 2^63 - 1 means to the end of the file.
 * @param size of the file, bytes
 * @returns a range that is not empty; undefined if the offset is at or past the end of the file, as is every offset in an empty file
 */
export function rangeWindow(request: Pick<RangeReq, "offset" | "length">, size: number): ByteRange | undefined {
  const fileSize = BigInt(size);
  // Files have at most 2^53 - 1 bytes here (W-4), so an offset over 2^63 - 1 is past the end.
  if (request.offset >= fileSize) return undefined;
  const left = fileSize - request.offset;
  const toTheEnd = request.length === 0n || request.length > left;
  const end = toTheEnd ? fileSize : request.offset + request.length;
  return { start: toSafeNumber(request.offset, "offset"), end: toSafeNumber(end, "end") };
}
