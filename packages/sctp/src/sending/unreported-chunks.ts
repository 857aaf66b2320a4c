import type { ArrivalRate } from "../loss/arrival-rate.ts";
import { isAfter } from "../wire/serial.ts";
import type { ChunkRing } from "./chunk-ring.ts";
import type { GapReports } from "./gap-reports.ts";
import type { LostChunks } from "./lost-chunks.ts";
import type { OutChunk } from "./out-chunk.ts";

/**
 * Chunks that are no longer in flight, for later ones have arrived, but whose fate the peer did not report, because its SACKs have no room for all gaps.
 * They take up no window. When the reports reach their TSN, they are known to be acknowledged or lost.
 */
export class UnreportedChunks {
  readonly #ring: ChunkRing;
  readonly #lost: LostChunks;
  #count = 0;
  /** No TSN before this one is unreported. */
  #from: number;
  /** Up to this TSN, chunks may have been sent again in vain; undefined: none. */
  #guessedTsn: number | undefined;

  constructor(ring: ChunkRing, lost: LostChunks) {
    this.#ring = ring;
    this.#lost = lost;
    this.#from = ring.first;
  }

  get count(): number {
    return this.#count;
  }

  /** Whether chunks may have been sent again in vain, so that duplicates don't tell anything about the network. */
  get guessed(): boolean {
    if (this.#guessedTsn !== undefined && isAfter(this.#ring.first, this.#guessedTsn)) this.#guessedTsn = undefined;
    return this.#guessedTsn !== undefined;
  }

  add(chunk: OutChunk): void {
    chunk.state = "unreported";
    this.#count += 1;
    if (this.#count === 1 || isAfter(this.#from, chunk.tsn)) this.#from = chunk.tsn;
  }

  /** A chunk was acknowledged. The caller gives it its new state. */
  remove(): void {
    this.#count -= 1;
  }

  /**
   * Marks the chunks lost that the reports have reached. If more are missing than a round trip's reports can tell, or nothing else is under way, all
   * are marked: to send some again in vain takes less time than to wait.
   * @param newest the newest chunk that is acknowledged now, if there is one
   * @returns lost bytes, an estimate in the second case
   */
  judge(gaps: GapReports, arrivals: ArrivalRate, newest: OutChunk | undefined, nothingElse: boolean): number {
    let lost = this.#loseUpTo(gaps.lastTsn ?? this.#lastTsn);
    const missing = newest === undefined ? 0 : this.#count * arrivals.lostShare(newest);
    if (this.#count === 0 || (missing <= gaps.most && !nothingElse)) return lost;
    this.#guessedTsn = this.#lastTsn;
    const share = missing / this.#count;
    lost += this.#loseUpTo(this.#lastTsn) * share;
    return lost;
  }

  /** All of them count as lost. */
  loseAll(): void {
    this.#loseUpTo(this.#lastTsn);
  }

  get #lastTsn(): number {
    return (this.#ring.next - 1) >>> 0;
  }

  #loseUpTo(lastTsn: number): number {
    if (this.#count === 0) return 0;
    if (isAfter(this.#ring.first, this.#from)) this.#from = this.#ring.first;
    let lost = 0;
    for (; this.#count > 0 && !isAfter(this.#from, lastTsn); this.#from = (this.#from + 1) >>> 0) {
      const chunk = this.#ring.at(this.#from);
      if (chunk.state !== "unreported") continue;
      this.#count -= 1;
      this.#lost.add(chunk);
      lost += chunk.length;
    }
    return lost;
  }
}
