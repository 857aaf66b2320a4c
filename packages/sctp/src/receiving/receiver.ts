import { DataFlag } from "../wire/chunk-type.ts";
import type { PacketWriter } from "../wire/packet-writer.ts";
import type { Assembly, IncomingChunk, ReassemblyFault, Skipped } from "./assembly.ts";
import { MAX_GAP_BLOCKS, ReceivedTsns } from "./received-tsns.ts";

/** How long a SACK waits for a second packet, ms (RFC 9260, 6.2: at most 500). */
const SACK_DELAY_MS = 50;

/** A SACK without gap blocks and duplicates, bytes. */
const SACK_BYTES = 16;

/** Accepts DATA and I_DATA chunks, and says in SACKs what has arrived (RFC 9260, 6.2). */
export class Receiver {
  readonly #windowBytes: number;
  readonly #tsns: ReceivedTsns;
  readonly #assembly: Assembly;
  /** Packets with DATA since the last SACK. */
  #packets = 0;
  #dataInPacket = false;
  #sackNow = false;
  #sackAtMs = Number.POSITIVE_INFINITY;

  constructor(initialTsn: number, windowBytes: number, assembly: Assembly) {
    this.#windowBytes = windowBytes;
    this.#tsns = new ReceivedTsns(initialTsn);
    this.#assembly = assembly;
  }

  /** See AssociationStats. */
  get heldBytes(): number {
    return this.#assembly.heldBytes;
  }

  get cumulativeTsn(): number {
    return this.#tsns.cumulative;
  }

  /** When a SACK is due, ms; Infinity if none is. */
  get deadlineMs(): number {
    return this.#sackNow ? Number.NEGATIVE_INFINITY : this.#sackAtMs;
  }

  /** A DATA or I_DATA chunk arrived. */
  onData(chunk: IncomingChunk, packet: Uint8Array, start: number, end: number): ReassemblyFault | undefined {
    this.#dataInPacket = true;
    if ((chunk.flags & DataFlag.IMMEDIATE) !== 0) this.#sackNow = true;
    // With a full buffer, only what fills the first gap is accepted: it can set the buffer free.
    const next = (this.#tsns.cumulative + 1) >>> 0;
    if (this.#assembly.heldBytes >= this.#windowBytes && chunk.tsn !== next) {
      this.#sackNow = true;
      return undefined;
    }
    const hadGaps = this.#tsns.hasGaps;
    if (!this.#tsns.add(chunk.tsn)) {
      this.#sackNow = true;
      return undefined;
    }
    if (hadGaps || this.#tsns.hasGaps) this.#sackNow = true;
    return this.#assembly.add(chunk, packet, start, end);
  }

  /** The peer gave up chunks (RFC 3758). */
  onForwardTsn(tsn: number, skipped: readonly Skipped[]): void {
    if (this.#tsns.skipTo(tsn)) this.#assembly.skip(tsn, skipped);
    this.#sackNow = true;
  }

  /** The peer has reset streams (RFC 6525); all if none is named. */
  onReset(streamIds: readonly number[]): void {
    this.#assembly.reset(streamIds);
  }

  /** The last chunk of a packet was processed. */
  endPacket(nowMs: number): void {
    if (!this.#dataInPacket) return;
    this.#dataInPacket = false;
    this.#packets += 1;
    if (this.#packets >= 2) this.#sackNow = true;
    else if (this.#sackAtMs === Number.POSITIVE_INFINITY) this.#sackAtMs = nowMs + SACK_DELAY_MS;
  }

  /** Whether a SACK should be in the next packet. @param bundled whether that packet is sent in any case */
  wantsSack(nowMs: number, bundled: boolean): boolean {
    return this.#sackNow || this.#sackAtMs <= nowMs || (bundled && this.#packets > 0);
  }

  /** Asks for a SACK in the next packet. */
  sackSoon(): void {
    this.#sackNow = true;
  }

  writeSack(writer: PacketWriter): void {
    const { gaps, duplicates, duplicateCount } = this.#tsns;
    const room = Math.floor((writer.room - SACK_BYTES) / 4);
    if (room < 0) return;
    const gapCount = Math.min(this.#tsns.findGaps(), MAX_GAP_BLOCKS, room);
    const window = Math.max(0, this.#windowBytes - this.#assembly.heldBytes);
    writer.sack(this.#tsns.cumulative, window, gaps, gapCount, duplicates, Math.min(duplicateCount, room - gapCount));
    this.#tsns.duplicateCount = 0;
    this.#packets = 0;
    this.#sackNow = false;
    this.#sackAtMs = Number.POSITIVE_INFINITY;
  }
}
