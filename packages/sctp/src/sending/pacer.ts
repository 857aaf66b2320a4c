import { CatchUp } from "./catch-up.ts";
import { Punctuality } from "./punctuality.ts";

/** Share of a round trip that, if it can't be caught up, shows a sender slower than its rate. */
const MUCH_LOST = 0.25;
/** Least time over which that is looked at, ms. */
const LEAST_SPAN_MS = 8;

/** Spreads packets over time, and catches up what a late program missed. */
export class Pacer {
  /** When the next packet may leave, ms. */
  atMs = 0;
  /** What may be sent at once now, beyond what window and rate allow, because the program is late, bytes. */
  extraBytes = 0;
  readonly #punctuality = new Punctuality();
  readonly #catchUp = new CatchUp();
  /** A SACK arrived since the last run. */
  heard = false;
  /** A SACK arrived before this run. */
  #watches = false;
  /** Whether a packet waits for nothing but its time. */
  #waits = false;
  #runAtMs = Number.NEGATIVE_INFINITY;

  /** Time that could not be caught up since {@link #sinceMs}, ms. */
  #lostMs = 0;
  #sinceMs = 0;

  /** When the program is expected to run again, ms. */
  get expectedMs(): number {
    return this.#punctuality.expectedMs;
  }

  /** The program runs, and sends what it may. @param rate bytes per ms */
  begin(nowMs: number, rate: number): void {
    if (nowMs === this.#runAtMs) return;
    this.#runAtMs = nowMs;
    this.#watches = this.heard;
    this.heard = false;
    const lateMs = this.#punctuality.lateMs(nowMs);
    this.#punctuality.rest();
    this.extraBytes = lateMs > 0 && rate < Number.POSITIVE_INFINITY ? this.#catchUp.begin(lateMs, rate) : 0;
  }

  /** Nothing more is sent now. @param next what the next packet waits for */
  end(nowMs: number, next: "time" | "window" | undefined): void {
    this.#waits = next === "time";
    if (this.#waits) this.#punctuality.expect(nowMs, this.atMs);
    // A peer that is silent needs no watch.
    else if (next === "window" && this.#watches) this.#punctuality.expect(nowMs, Number.NaN);
    else this.#punctuality.rest();
  }

  onLost(bytes: number): void {
    this.#catchUp.onLost(bytes);
  }

  /** A round trip without the time for which SACKs may have waited for this program, ms. @param minMs the shortest that is known */
  pathRttMs(nowMs: number, rttMs: number, minMs: number): number {
    const blockedMs = this.#punctuality.blockedMs(nowMs);
    return blockedMs === 0 ? rttMs : Math.max(Math.min(rttMs, minMs), rttMs - blockedMs);
  }

  /**
   * Bytes were sent.
   * @param rate bytes per ms
   * @param burstBytes bytes that may be sent at once
   * @param rttMs round trip; NaN if it is not known
   * @returns whether much time of the last round trip could not be caught up: the sender is slower than the rate, and what arrives says little about the path
   */
  onSent(nowMs: number, bytes: number, rate: number, burstBytes: number, rttMs: number): boolean {
    if (rate === Number.POSITIVE_INFINITY) return false;
    const lostMs = Math.max(0, nowMs - Math.max(burstBytes, this.extraBytes) / rate - this.atMs);
    this.atMs += lostMs + bytes / rate;
    return this.#isTooSlow(nowMs, this.#waits ? lostMs : 0, rttMs);
  }

  #isTooSlow(nowMs: number, lostMs: number, rttMs: number): boolean {
    const spanMs = Number.isNaN(rttMs) ? LEAST_SPAN_MS : Math.max(LEAST_SPAN_MS, rttMs);
    if (nowMs - this.#sinceMs > spanMs) {
      this.#sinceMs = nowMs;
      this.#lostMs = 0;
    }
    this.#lostMs += lostMs;
    return this.#lostMs > MUCH_LOST * spanMs;
  }
}
