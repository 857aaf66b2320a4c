import type { Rto } from "../loss/rto.ts";
import { probeTimeoutMs } from "../loss/tail-probe.ts";
import type { Flight } from "./flight.ts";

/** How long a receiver may delay a SACK, ms (RFC 9260, 6.2). */
const MAX_SACK_DELAY_MS = 200;

const NEVER = Number.POSITIVE_INFINITY;

/** When a sender must act without an event: retransmission (RFC 9260, 6.3), tail loss probe (RFC 8985, 7.2), and RACK's second look (6.2, step 5). */
export class SendTimers {
  readonly #rto: Rto;
  readonly #flight: Flight;
  readonly #recovering: () => boolean;
  timeoutAtMs: number = NEVER;
  probeAtMs: number = NEVER;
  /** A probe was sent and nothing has been acknowledged since. There is one at a time, so that the time-out gets its turn (RFC 8985, 7.2). */
  #probing = false;
  /** Set by the owner after each look for losses. */
  reorderAtMs: number = NEVER;

  /** @param recovering whether chunks are lost, or a time-out is being recovered from */
  constructor(rto: Rto, flight: Flight, recovering: () => boolean) {
    this.#rto = rto;
    this.#flight = flight;
    this.#recovering = recovering;
  }

  get nextMs(): number {
    return Math.min(this.timeoutAtMs, this.probeAtMs, this.reorderAtMs);
  }

  /** A chunk was sent. */
  onSent(nowMs: number): void {
    if (this.timeoutAtMs === NEVER) this.timeoutAtMs = nowMs + this.#rto.valueMs;
    this.#armProbe(nowMs);
  }

  /** A FORWARD TSN was sent: the time-out covers it, too (RFC 3758, 3.5, C5). */
  onForwardTsn(nowMs: number): void {
    if (this.timeoutAtMs === NEVER) this.timeoutAtMs = nowMs + this.#rto.valueMs;
  }

  /** A SACK was processed. @param progress whether it acknowledged new chunks: the time-out then starts again (RFC 6298, 5.3) */
  onSack(nowMs: number, progress: boolean): void {
    if (progress) this.#probing = false;
    if (this.#flight.oldest === undefined && !this.#recovering()) {
      this.timeoutAtMs = this.probeAtMs = NEVER;
      return;
    }
    if (progress) this.timeoutAtMs = nowMs + this.#rto.valueMs;
    this.#armProbe(nowMs);
  }

  /** The time-out has passed, and counts as one. */
  onTimeout(nowMs: number): void {
    this.timeoutAtMs = nowMs + this.#rto.valueMs;
    this.probeAtMs = this.reorderAtMs = NEVER;
    this.#probing = false;
  }

  /** The probe is sent now; the time-out waits for its answer. */
  onProbe(nowMs: number): void {
    this.probeAtMs = NEVER;
    this.#probing = true;
    this.timeoutAtMs = nowMs + this.#rto.valueMs;
  }

  #armProbe(nowMs: number): void {
    const { srttMs } = this.#rto;
    const { oldest, newest } = this.#flight;
    const leftMs = this.timeoutAtMs - nowMs;
    const none = oldest === undefined || Number.isNaN(srttMs) || this.#probing || this.#recovering();
    const afterMs = none ? NEVER : probeTimeoutMs(srttMs, MAX_SACK_DELAY_MS, oldest === newest, leftMs);
    // A probe at the time of the time-out would be no use.
    this.probeAtMs = afterMs < leftMs ? nowMs + afterMs : NEVER;
  }
}
