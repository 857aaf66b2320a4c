import type { ChunkType } from "../wire/chunk-type.ts";
import { decodeSkippedStreams } from "../wire/forward-tsn-chunk.ts";
import { decodeSkippedMessages } from "../wire/i-forward-tsn-chunk.ts";
import type { IncomingInit } from "../wire/init-chunk.ts";
import type { ChecksumState, PacketHandler } from "../wire/packet-handler.ts";
import { type PacketFault, readPacket } from "../wire/packet-reader.ts";
import { duplicateTsn, gapEnd, gapStart } from "../wire/sack-chunk.ts";

/** The name of a chunk, and its fields; byte ranges as hex. */
export type RecordedCall = readonly [name: string, ...fields: unknown[]];

/** What a packet gives: the calls of the handler in order, and the fault at its end. */
export interface Recording {
  readonly calls: readonly RecordedCall[];
  readonly fault: PacketFault | undefined;
}

/** Reads a packet with a handler that records every call. @param goOn what `onPacket` returns @param interleaves whether I_DATA is known */
export function recordPacket(bytes: Uint8Array, goOn = true, interleaves = true): Recording {
  const handler = new RecordingHandler(bytes, goOn, interleaves);
  const fault = readPacket(bytes, handler);
  return { calls: handler.calls, fault };
}

class RecordingHandler implements PacketHandler {
  readonly calls: RecordedCall[] = [];
  readonly interleaves: boolean;
  readonly #bytes: Uint8Array;
  readonly #goOn: boolean;

  constructor(bytes: Uint8Array, goOn: boolean, interleaves: boolean) {
    this.interleaves = interleaves;
    this.#bytes = bytes;
    this.#goOn = goOn;
  }

  onPacket(sourcePort: number, destinationPort: number, verificationTag: number, checksum: ChecksumState): boolean {
    this.calls.push(["packet", sourcePort, destinationPort, verificationTag, checksum]);
    return this.#goOn;
  }
  onData(flags: number, tsn: number, streamId: number, streamSequence: number, protocolId: number, start: number, end: number): void {
    this.calls.push(["data", flags, tsn, streamId, streamSequence, protocolId, this.#hex(start, end)]);
  }
  onIData(flags: number, tsn: number, streamId: number, messageId: number, protocolId: number, start: number, end: number): void {
    this.calls.push(["i-data", flags, tsn, streamId, messageId, protocolId, this.#hex(start, end)]);
  }
  onEmptyData(tsn: number): void {
    this.calls.push(["empty data", tsn]);
  }
  onSack(cumulativeTsn: number, windowBytes: number, gapCount: number, duplicateCount: number, bytes: Uint8Array, at: number): void {
    const gaps = Array.from({ length: gapCount }, (_, index) => [gapStart(bytes, at, index), gapEnd(bytes, at, index)]);
    const duplicates = Array.from({ length: duplicateCount }, (_, index) => duplicateTsn(bytes, at, gapCount, index));
    this.calls.push(["sack", cumulativeTsn, windowBytes, gaps, duplicates]);
  }
  onInit(type: typeof ChunkType.INIT | typeof ChunkType.INIT_ACK, init: IncomingInit): void {
    const { parametersStart, parametersEnd, ...fields } = init;
    this.calls.push(["init", type, fields, this.#hex(parametersStart, parametersEnd)]);
  }
  onCookieEcho(start: number, end: number): void {
    this.calls.push(["cookie echo", this.#hex(start, end)]);
  }
  onCookieAck(): void {
    this.calls.push(["cookie ack"]);
  }
  onHeartbeat(start: number, end: number): void {
    this.calls.push(["heartbeat", this.#hex(start, end)]);
  }
  onHeartbeatAck(start: number, end: number): void {
    this.calls.push(["heartbeat ack", this.#hex(start, end)]);
  }
  onAbort(flags: number, start: number, end: number): void {
    this.calls.push(["abort", flags, this.#hex(start, end)]);
  }
  onError(start: number, end: number): void {
    this.calls.push(["error", this.#hex(start, end)]);
  }
  onShutdown(cumulativeTsn: number): void {
    this.calls.push(["shutdown", cumulativeTsn]);
  }
  onShutdownAck(): void {
    this.calls.push(["shutdown ack"]);
  }
  onShutdownComplete(flags: number): void {
    this.calls.push(["shutdown complete", flags]);
  }
  onForwardTsn(newCumulativeTsn: number, start: number, end: number): void {
    const streams = decodeSkippedStreams(this.#bytes, start, end);
    this.calls.push(["forward tsn", newCumulativeTsn, streams.map(({ streamId, streamSequence }) => [streamId, streamSequence])]);
  }
  onIForwardTsn(newCumulativeTsn: number, start: number, end: number): void {
    const skipped = decodeSkippedMessages(this.#bytes, start, end);
    this.calls.push([
      "i-forward tsn",
      newCumulativeTsn,
      skipped.map(({ streamId, unordered, messageId }) => [streamId, unordered, messageId]),
    ]);
  }
  onReConfig(start: number, end: number): void {
    this.calls.push(["re-config", this.#hex(start, end)]);
  }
  onUnknownChunk(type: number, flags: number, start: number, end: number): void {
    this.calls.push(["unknown", type, flags, this.#hex(start, end)]);
  }

  #hex(start: number, end: number): string {
    if (!(start >= 0 && start <= end && end <= this.#bytes.length)) throw new Error(`${start} to ${end} is not inside the packet`);
    return hexOf(this.#bytes.subarray(start, end));
  }
}

/** Bytes as hexadecimal digits. */
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Bytes from hexadecimal digits; spaces between them don't count. */
export function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  const digits = hex.replaceAll(/\s/g, "");
  return Uint8Array.from({ length: digits.length / 2 }, (_, index) => Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16));
}
