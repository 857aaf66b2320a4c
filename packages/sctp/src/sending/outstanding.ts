import type { ChunkRing } from "./chunk-ring.ts";
import { Flight } from "./flight.ts";
import { LostChunks } from "./lost-chunks.ts";
import type { OutChunk } from "./out-chunk.ts";
import { UnreportedChunks } from "./unreported-chunks.ts";

/** The chunks that are not acknowledged cumulatively, by what is known of them. */
export class Outstanding {
  readonly ring: ChunkRing;
  readonly flight: Flight = new Flight();
  readonly lost: LostChunks;
  readonly unreported: UnreportedChunks;

  /** @param onLost called with each chunk that is lost */
  constructor(ring: ChunkRing, onLost?: (chunk: OutChunk) => void) {
    this.ring = ring;
    this.lost = new LostChunks(ring, onLost);
    this.unreported = new UnreportedChunks(ring, this.lost);
  }

  /** Payload that takes up the peer's window, bytes. */
  get bytes(): number {
    return this.flight.bytes + this.lost.bytes;
  }

  /** Whether no chunk waits for its acknowledgement. Chunks that were given up may wait for the peer to skip them. */
  get settled(): boolean {
    return this.flight.oldest === undefined && this.lost.count === 0 && this.unreported.count === 0;
  }

  /** The chunk is neither in flight, nor unreported, nor lost any more. The caller gives it its new state. */
  release(chunk: OutChunk): void {
    switch (chunk.state) {
      case "in-flight":
        return this.flight.remove(chunk);
      case "unreported":
        return this.unreported.remove();
      case "lost":
        return this.lost.remove(chunk);
      case "acknowledged":
      case "abandoned":
        return;
    }
  }

  /** A time-out: all of them count as lost. */
  loseAll(): void {
    for (let chunk = this.flight.oldest; chunk !== undefined; chunk = this.flight.oldest) {
      this.flight.remove(chunk);
      this.lost.add(chunk);
      chunk.lostByTimeout = true;
    }
    this.unreported.loseAll();
  }

  /** The time-out was false: what only it had declared lost is in flight. */
  restore(): void {
    for (let tsn = this.ring.first; tsn !== this.ring.next; tsn = (tsn + 1) >>> 0) {
      const chunk = this.ring.at(tsn);
      if (chunk.state !== "lost" || !chunk.lostByTimeout) continue;
      this.lost.remove(chunk);
      chunk.state = "in-flight";
      chunk.lostByTimeout = false;
      this.flight.add(chunk);
    }
  }
}
