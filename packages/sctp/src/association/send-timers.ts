import type { Rto } from "../loss/rto.ts";

/** How long a receiver may delay a SACK, ms (RFC 9260, 6.2). */
const MAX_SACK_DELAY_MS = 200;

const NEVER = Number.POSITIVE_INFINITY;

/** What the timers depend on. */
export interface SendSituation {
  readonly nowMs: number;
  /** Number of chunks in flight, as far as it matters. */
  readonly inflight: "none" | "one" | "more";
  /** Chunks are lost, or a time-out is being recovered from. */
  readonly recovering: boolean;
}

/** When a sender must act without an event: retransmission (RFC 9260, 6.3), tail loss probe (RFC 8985, 7.2), and RACK's second look (6.2, step 5). */
export class SendTimers {
  readonly #rto: Rto;
  timeoutAtMs: number = NEVER;
  probeAtMs: number = NEVER;
  /** Set by the owner after each look for losses. */
  reorderAtMs: number = NEVER;

  constructor(rto: Rto) {
    this.#rto = rto;
  }

  get nextMs(): number {
    return Math.min(this.timeoutAtMs, this.probeAtMs, this.reorderAtMs);
  }

  /** A chunk was sent. */
  onSent(situation: SendSituation): void {
    if (this.timeoutAtMs === NEVER) this.timeoutAtMs = situation.nowMs + this.#rto.valueMs;
    this.#armProbe(situation);
  }

  /** A SACK was processed. @param progress whether it acknowledged new chunks: the time-out then starts anew (RFC 6298, 5.3) */
  onSack(situation: SendSituation, progress: boolean): void {
    if (situation.inflight === "none" && !situation.recovering) {
      this.timeoutAtMs = this.probeAtMs = NEVER;
      return;
    }
    if (progress) this.timeoutAtMs = situation.nowMs + this.#rto.valueMs;
    this.#armProbe(situation);
  }

  /** The time-out has passed, and counts as one. */
  onTimeout(nowMs: number): void {
    this.timeoutAtMs = nowMs + this.#rto.valueMs;
    this.probeAtMs = this.reorderAtMs = NEVER;
  }

  /** The probe is sent now; the time-out waits for its answer. */
  onProbe(nowMs: number): void {
    this.probeAtMs = NEVER;
    this.timeoutAtMs = nowMs + this.#rto.valueMs;
  }

  #armProbe({ nowMs, inflight, recovering }: SendSituation): void {
    const { srttMs } = this.#rto;
    const none = recovering || inflight === "none" || Number.isNaN(srttMs);
    const probeAtMs = none ? NEVER : nowMs + 2 * srttMs + (inflight === "one" ? MAX_SACK_DELAY_MS : 0);
    this.probeAtMs = probeAtMs < this.timeoutAtMs ? probeAtMs : NEVER;
  }
}
