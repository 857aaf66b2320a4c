import type { ChunkType } from "./chunk-type.ts";
import type { IncomingInit } from "./init-chunk.ts";

/**
 * How the checksum field of a packet stands: right, wrong, or 0. A zero is fine if this side announced that it accepts it (RFC 9653, 5.3). Otherwise
 * it is wrong, except for the one packet in 2^32 whose checksum is 0: `packetChecksum(bytes) === 0`.
 */
export type ChecksumState = "valid" | "zero" | "wrong";

/**
 * What `readPacket` calls, in the order of the chunks. Positions are indices of the packet's bytes; an end is the index after the last byte, without padding.
 * All are inside the packet. The values are the peer's, and nothing but their place and size was checked.
 */
export interface PacketHandler {
  /** Whether both sides use I_DATA and I_FORWARD_TSN (RFC 8260); otherwise they are unknown chunks. */
  readonly interleaves: boolean;
  /** The packet's header. @returns false to ignore the rest, for example because of the checksum or the tag */
  onPacket(sourcePort: number, destinationPort: number, verificationTag: number, checksum: ChecksumState): boolean;
  /** The user data is at least one byte. */
  onData(
    flags: number,
    tsn: number,
    streamId: number,
    streamSequence: number,
    protocolId: number,
    payloadStart: number,
    payloadEnd: number,
  ): void;
  /** The user data is at least one byte. @param protocolId of the first fragment; otherwise the fragment's number */
  onIData(
    flags: number,
    tsn: number,
    streamId: number,
    messageId: number,
    protocolId: number,
    payloadStart: number,
    payloadEnd: number,
  ): void;
  /** A DATA or I_DATA chunk without user data: its sender should get an ABORT with `NO_USER_DATA` (RFC 9260, 6.2). */
  onEmptyData(tsn: number): void;
  /** Gap blocks and duplicates are read in place: see `gapStart`, `gapEnd` and `duplicateTsn`. */
  onSack(cumulativeTsn: number, windowBytes: number, gapCount: number, duplicateCount: number, bytes: Uint8Array, gapsOffset: number): void;
  /** The only chunk of its packet (RFC 9260, 6.10). */
  onInit(type: typeof ChunkType.INIT | typeof ChunkType.INIT_ACK, init: IncomingInit): void;
  onCookieEcho(start: number, end: number): void;
  onCookieAck(): void;
  /** The range is what a HEARTBEAT_ACK has to return. */
  onHeartbeat(start: number, end: number): void;
  /** The range should be what a HEARTBEAT sent. */
  onHeartbeatAck(start: number, end: number): void;
  /** The range holds error causes, perhaps none. The rest of the packet is ignored (RFC 9260, 3.3.7). */
  onAbort(flags: number, causesStart: number, causesEnd: number): void;
  /** The range holds error causes. */
  onError(causesStart: number, causesEnd: number): void;
  onShutdown(cumulativeTsn: number): void;
  onShutdownAck(): void;
  /** The only chunk of its packet (RFC 9260, 6.10). */
  onShutdownComplete(flags: number): void;
  /** The range holds whole entries: see `decodeSkippedStreams`. */
  onForwardTsn(newCumulativeTsn: number, streamsStart: number, streamsEnd: number): void;
  /** The range holds whole entries: see `decodeSkippedMessages`. */
  onIForwardTsn(newCumulativeTsn: number, start: number, end: number): void;
  /** The range holds parameters: see `decodeReConfig`. */
  onReConfig(start: number, end: number): void;
  /** The range is the whole chunk. `readPacket` ignores the rest of the packet if the type wants so; see `reportsUnknownChunk`. */
  onUnknownChunk(type: number, flags: number, start: number, end: number): void;
}
