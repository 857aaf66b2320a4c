import { readU16, readU32 } from "./big-endian.ts";
import { ChunkType, stopsAtUnknownChunk } from "./chunk-type.ts";
import { DATA_HEADER_BYTES } from "./data-chunk.ts";
import { FORWARD_TSN_FIELDS_BYTES, FORWARD_TSN_STREAM_BYTES } from "./forward-tsn-chunk.ts";
import { I_DATA_HEADER_BYTES } from "./i-data-chunk.ts";
import { I_FORWARD_TSN_STREAM_BYTES } from "./i-forward-tsn-chunk.ts";
import { readInitFields } from "./init-chunk.ts";
import { CHUNK_HEADER_BYTES, MAX_PACKET_BYTES, PACKET_HEADER_BYTES, packetChecksum, paddedLength, readChecksum } from "./packet-header.ts";
import type { ChecksumState, PacketHandler } from "./packet-handler.ts";
import { PARAMETER_HEADER_BYTES } from "./parameters.ts";
import { SACK_ENTRY_BYTES, SACK_HEADER_BYTES } from "./sack-chunk.ts";

/**
 * Why a packet was not read to its end:
 * - `too-short`: it doesn't hold a header and a chunk's header;
 * - `too-long`: no packet is that large;
 * - `bad-chunk-length`: a chunk's length is less than its header;
 * - `partial-chunk`: a chunk is longer than the rest of the packet (RFC 9260, 6.10);
 * - `bad-chunk`: the fields of a chunk don't fit into it;
 * - `bad-bundling`: INIT, INIT_ACK or SHUTDOWN_COMPLETE is not the only chunk (RFC 9260, 6.10).
 */
export type PacketFault = "too-short" | "too-long" | "bad-chunk-length" | "partial-chunk" | "bad-chunk" | "bad-bundling";

/** After this chunk the rest of the packet is ignored. */
const STOP = "stop";

type Next = PacketFault | typeof STOP | undefined;

/**
 * Reads a packet, and calls a method of the handler for each chunk. For DATA and SACK it allocates nothing. Any bytes give calls or a fault, never an
 * exception, unless the handler throws. The time is linear in the packet's length.
 * @returns why the packet was not read to its end; the chunks before that place were handled. Undefined if there was no fault
 */
export function readPacket(bytes: Uint8Array, handler: PacketHandler): PacketFault | undefined {
  if (bytes.length < PACKET_HEADER_BYTES + CHUNK_HEADER_BYTES) return "too-short";
  if (bytes.length > MAX_PACKET_BYTES) return "too-long";
  if (!handler.onPacket(readU16(bytes, 0), readU16(bytes, 2), readU32(bytes, 4), checksumState(bytes))) return undefined;
  let start = PACKET_HEADER_BYTES;
  while (start < bytes.length) {
    if (bytes.length - start < CHUNK_HEADER_BYTES) return "partial-chunk";
    const length = readU16(bytes, start + 2);
    if (length < CHUNK_HEADER_BYTES) return "bad-chunk-length";
    if (length > bytes.length - start) return "partial-chunk";
    const next = readChunk(bytes, start, start + length, handler);
    if (next !== undefined) return next === STOP ? undefined : next;
    start += paddedLength(length);
  }
  return undefined;
}

function checksumState(bytes: Uint8Array): ChecksumState {
  const checksum = readChecksum(bytes);
  if (checksum === 0) return "zero";
  return checksum === packetChecksum(bytes) ? "valid" : "wrong";
}

function readChunk(bytes: Uint8Array, start: number, end: number, handler: PacketHandler): Next {
  const value = start + CHUNK_HEADER_BYTES;
  switch (bytes[start]) {
    case ChunkType.DATA:
      return readData(bytes, start, end, handler);
    case ChunkType.SACK:
      return readSack(bytes, value, end, handler);
    case ChunkType.INIT:
      return readInit(ChunkType.INIT, bytes, start, end, handler);
    case ChunkType.INIT_ACK:
      return readInit(ChunkType.INIT_ACK, bytes, start, end, handler);
    case ChunkType.HEARTBEAT:
      if (end - value < PARAMETER_HEADER_BYTES) return "bad-chunk";
      handler.onHeartbeat(value, end);
      return undefined;
    case ChunkType.HEARTBEAT_ACK:
      if (end - value < PARAMETER_HEADER_BYTES) return "bad-chunk";
      handler.onHeartbeatAck(value, end);
      return undefined;
    case ChunkType.ABORT:
      handler.onAbort(bytes[start + 1]!, value, end);
      return STOP;
    case ChunkType.SHUTDOWN:
      if (end - value < 4) return "bad-chunk";
      handler.onShutdown(readU32(bytes, value));
      return undefined;
    case ChunkType.SHUTDOWN_ACK:
      handler.onShutdownAck();
      return undefined;
    case ChunkType.ERROR:
      handler.onError(value, end);
      return undefined;
    case ChunkType.COOKIE_ECHO:
      handler.onCookieEcho(value, end);
      return undefined;
    case ChunkType.COOKIE_ACK:
      handler.onCookieAck();
      return undefined;
    case ChunkType.SHUTDOWN_COMPLETE:
      if (!isAlone(bytes, start, end)) return "bad-bundling";
      handler.onShutdownComplete(bytes[start + 1]!);
      return undefined;
    case ChunkType.FORWARD_TSN:
      return readForwardTsn(bytes, value, end, handler);
    case ChunkType.I_DATA:
      return handler.interleaves ? readIData(bytes, start, end, handler) : readUnknown(bytes, start, end, handler);
    case ChunkType.I_FORWARD_TSN:
      return handler.interleaves ? readIForwardTsn(bytes, value, end, handler) : readUnknown(bytes, start, end, handler);
    case ChunkType.RE_CONFIG:
      handler.onReConfig(value, end);
      return undefined;
    case ChunkType.PAD:
      return undefined;
    default:
      return readUnknown(bytes, start, end, handler);
  }
}

function readUnknown(bytes: Uint8Array, start: number, end: number, handler: PacketHandler): Next {
  handler.onUnknownChunk(bytes[start]!, bytes[start + 1]!, start, end);
  return stopsAtUnknownChunk(bytes[start]!) ? STOP : undefined;
}

function readData(bytes: Uint8Array, start: number, end: number, handler: PacketHandler): Next {
  const payload = start + DATA_HEADER_BYTES;
  if (payload > end) return "bad-chunk";
  const tsn = readU32(bytes, start + 4);
  if (payload === end) handler.onEmptyData(tsn);
  else
    handler.onData(bytes[start + 1]!, tsn, readU16(bytes, start + 8), readU16(bytes, start + 10), readU32(bytes, start + 12), payload, end);
  return undefined;
}

function readIData(bytes: Uint8Array, start: number, end: number, handler: PacketHandler): Next {
  const payload = start + I_DATA_HEADER_BYTES;
  if (payload > end) return "bad-chunk";
  const tsn = readU32(bytes, start + 4);
  if (payload === end) handler.onEmptyData(tsn);
  else
    handler.onIData(
      bytes[start + 1]!,
      tsn,
      readU16(bytes, start + 8),
      readU32(bytes, start + 12),
      readU32(bytes, start + 16),
      payload,
      end,
    );
  return undefined;
}

function readSack(bytes: Uint8Array, value: number, end: number, handler: PacketHandler): Next {
  const gaps = value + SACK_HEADER_BYTES - CHUNK_HEADER_BYTES;
  if (gaps > end) return "bad-chunk";
  const gapCount = readU16(bytes, value + 8);
  const duplicateCount = readU16(bytes, value + 10);
  if (gaps + (gapCount + duplicateCount) * SACK_ENTRY_BYTES > end) return "bad-chunk";
  handler.onSack(readU32(bytes, value), readU32(bytes, value + 4), gapCount, duplicateCount, bytes, gaps);
  return undefined;
}

function readInit(
  type: typeof ChunkType.INIT | typeof ChunkType.INIT_ACK,
  bytes: Uint8Array,
  start: number,
  end: number,
  handler: PacketHandler,
): Next {
  if (!isAlone(bytes, start, end)) return "bad-bundling";
  const init = readInitFields(bytes, start + CHUNK_HEADER_BYTES, end);
  if (init === undefined) return "bad-chunk";
  handler.onInit(type, init);
  return undefined;
}

function readForwardTsn(bytes: Uint8Array, value: number, end: number, handler: PacketHandler): Next {
  const streams = value + FORWARD_TSN_FIELDS_BYTES;
  if (streams > end || (end - streams) % FORWARD_TSN_STREAM_BYTES !== 0) return "bad-chunk";
  handler.onForwardTsn(readU32(bytes, value), streams, end);
  return undefined;
}

function readIForwardTsn(bytes: Uint8Array, value: number, end: number, handler: PacketHandler): Next {
  const streams = value + FORWARD_TSN_FIELDS_BYTES;
  if (streams > end || (end - streams) % I_FORWARD_TSN_STREAM_BYTES !== 0) return "bad-chunk";
  handler.onIForwardTsn(readU32(bytes, value), streams, end);
  return undefined;
}

/** Whether a chunk is the only one of its packet. */
function isAlone(bytes: Uint8Array, start: number, end: number): boolean {
  return start === PACKET_HEADER_BYTES && start + paddedLength(end - start) >= bytes.length;
}
