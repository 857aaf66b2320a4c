import { isAfter } from "../wire/serial.ts";
import type { OutChunk } from "./out-chunk.ts";

/** Recoveries after which a wider reordering window shrinks again (RFC 8985, 6.2, step 4). */
const PERSISTENCE = 16;

/** Timers are not exact: a chunk this close to its limit counts as over it, ms. */
const CLOCK_GRAIN_MS = 0.01;

/** Decides which chunks are lost, by time: RACK (RFC 8985, 6). */
export class LossDetector {
  /** Send time of the newest chunk that was delivered, and its round trip then. */
  #newestSentAtMs = Number.NEGATIVE_INFINITY;
  #newestTsn = 0;
  #newestRttMs = 0;
  #minRttMs = Number.POSITIVE_INFINITY;
  #rttMs = Number.NaN;
  #rttSentAtMs = Number.NEGATIVE_INFINITY;
  #windowFactor = 1;
  #persistence = 0;
  #duplicateSinceMs = false;
  /** Set when an original arrived although a time-out had declared it lost. */
  sawFalseTimeout = false;

  /** The shortest round trip so far, ms; Infinity before the first one. */
  get minRttMs(): number {
    return this.#minRttMs;
  }

  /** Round trip of the newest chunk in this SACK that was sent once, ms; NaN if there is none (Karn's rule). */
  get rttMs(): number {
    return this.#rttMs;
  }

  /** Begins a SACK. */
  begin(): void {
    this.#rttMs = Number.NaN;
    this.#rttSentAtMs = Number.NEGATIVE_INFINITY;
  }

  onAcknowledged(chunk: OutChunk, nowMs: number): void {
    const rttMs = nowMs - chunk.sentAtMs;
    // An answer this fast to a retransmission is one to the transmission before it.
    if (chunk.transmissions > 1 && rttMs < this.#minRttMs) return;
    if (chunk.transmissions === 1) {
      this.#minRttMs = Math.min(this.#minRttMs, rttMs);
      if (chunk.sentAtMs >= this.#rttSentAtMs) {
        this.#rttSentAtMs = chunk.sentAtMs;
        this.#rttMs = rttMs;
      }
    }
    const newer = chunk.sentAtMs > this.#newestSentAtMs || (chunk.sentAtMs === this.#newestSentAtMs && isAfter(chunk.tsn, this.#newestTsn));
    if (!newer) return;
    this.#newestSentAtMs = chunk.sentAtMs;
    this.#newestTsn = chunk.tsn;
    this.#newestRttMs = rttMs;
  }

  /** A retransmission was not needed: the network reorders more than was thought. */
  onDuplicate(): void {
    if (this.#duplicateSinceMs) return;
    this.#duplicateSinceMs = true;
    this.#windowFactor += 1;
    this.#persistence = PERSISTENCE;
  }

  /** Whether a chunk in flight is lost: one that was sent later has arrived, and the time for reordering is over. */
  isLost(chunk: OutChunk, nowMs: number, smoothedRttMs: number): boolean {
    return this.#wasOvertaken(chunk) && this.#limitMs(chunk, smoothedRttMs) <= nowMs + CLOCK_GRAIN_MS;
  }

  /** When a chunk in flight that was overtaken will be lost, ms; Infinity if it was not. */
  lookAgainMs(chunk: OutChunk, nowMs: number, smoothedRttMs: number): number {
    return this.#wasOvertaken(chunk) ? Math.max(nowMs, this.#limitMs(chunk, smoothedRttMs)) : Number.POSITIVE_INFINITY;
  }

  #wasOvertaken({ sentAtMs, tsn }: OutChunk): boolean {
    return sentAtMs < this.#newestSentAtMs || (sentAtMs === this.#newestSentAtMs && isAfter(this.#newestTsn, tsn));
  }

  #limitMs({ sentAtMs }: OutChunk, smoothedRttMs: number): number {
    const reorderMs = Math.min((this.#windowFactor * this.#minRttMs) / 4, smoothedRttMs);
    return sentAtMs + this.#newestRttMs + (Number.isFinite(reorderMs) ? reorderMs : 0);
  }

  /** Losses were found: a recovery begins. */
  onRecovery(): void {
    this.#duplicateSinceMs = false;
    if (this.#persistence === 0) return;
    this.#persistence -= 1;
    if (this.#persistence === 0) this.#windowFactor = 1;
  }
}
