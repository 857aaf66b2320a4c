import { ReorderWindow } from "../loss/reorder-window.ts";
import { isAfter } from "../wire/serial.ts";
import type { OutChunk } from "./out-chunk.ts";

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
  readonly #window = new ReorderWindow();
  /** The highest TSN that was acknowledged; undefined before the first. */
  #highestTsn: number | undefined;
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
    if (this.#highestTsn === undefined || isAfter(chunk.tsn, this.#highestTsn)) this.#highestTsn = chunk.tsn;
    else if (chunk.transmissions === 1) this.#window.onReordering();
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

  /** A retransmission was not needed: the network reorders more than was thought. See {@link ReorderWindow.onDuplicate}. */
  onDuplicate(deliveredBytes: number, priorDeliveredBytes: number): void {
    this.#window.onDuplicate(deliveredBytes, priorDeliveredBytes);
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
    const reorderMs = this.#window.valueMs(this.#minRttMs, smoothedRttMs, true);
    return sentAtMs + this.#newestRttMs + (Number.isFinite(reorderMs) ? reorderMs : 0);
  }

  /** Losses were found: a recovery begins. */
  onRecovery(): void {
    this.#window.onRecovered();
  }
}
