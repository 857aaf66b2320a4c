import type { AckSample, CongestionController } from "./controller.ts";
import { RoundCounter } from "./model/round-counter.ts";

export interface NewRenoOptions {
  /** Size of a full packet (PMDCS of RFC 9260, 7.2), bytes. */
  packetBytes: number;
  /** Retransmission time-out after which an idle association halves its window, ms. @default 1000 */
  idleMs?: number;
}

/** Least packets that ssthresh allows (RFC 9260, 7.2.3). */
const MIN_SSTHRESH_PACKETS = 4;
/** Bytes of an initial window, if packets are small (RFC 9260, 7.2.1). */
const INITIAL_WINDOW_BYTES = 4404;

/**
 * Slow start, congestion avoidance and fast recovery of RFC 9260, 7.2: the plain reference. Not paced.
 * Fast recovery ends, as in RFC 6582, when everything in flight at its beginning is accounted for; until then the window is not reduced again.
 */
export class NewReno implements CongestionController {
  readonly pacingRate: number = Infinity;
  readonly burstBytes: number = Infinity;
  readonly #packetBytes: number;
  readonly #idleMs: number;
  readonly #recovery = new RoundCounter();
  #inRecovery = false;
  #windowBytes: number;
  #thresholdBytes = Infinity;
  /** `partial_bytes_acked` of RFC 9260, 7.2.2. */
  #partialBytes = 0;
  #windowBeforeTimeout = 0;
  #thresholdBeforeTimeout = Infinity;

  constructor(options: NewRenoOptions) {
    this.#packetBytes = options.packetBytes;
    this.#idleMs = options.idleMs ?? 1000;
    this.#windowBytes = Math.min(4 * options.packetBytes, Math.max(2 * options.packetBytes, INITIAL_WINDOW_BYTES));
  }

  get windowBytes(): number {
    return this.#windowBytes;
  }

  onSent(): void {
    // The window depends only on what is acknowledged or lost.
  }

  onAck(sample: AckSample): void {
    if (this.#inRecovery && this.#recovery.passed(sample)) this.#inRecovery = false;
    if (sample.lostBytes > 0) this.#onLoss(sample);
    else if (!this.#inRecovery) this.#grow(sample);
  }

  onTimeout(): void {
    this.#windowBeforeTimeout = this.#windowBytes;
    this.#thresholdBeforeTimeout = this.#thresholdBytes;
    this.#thresholdBytes = this.#halfWindow();
    this.#windowBytes = this.#packetBytes;
    this.#partialBytes = 0;
    this.#inRecovery = false;
  }

  onSpuriousTimeout(): void {
    this.#windowBytes = Math.max(this.#windowBytes, this.#windowBeforeTimeout);
    this.#thresholdBytes = this.#thresholdBeforeTimeout;
  }

  /** RFC 9260, 7.2.1: the window halves for every time-out's length without sending. */
  onRestart(_nowMs: number, idleMs: number): void {
    for (let left = idleMs; left >= this.#idleMs && this.#windowBytes > 4 * this.#packetBytes; left -= this.#idleMs) {
      this.#windowBytes = this.#halfWindow();
    }
  }

  #onLoss(sample: AckSample): void {
    if (this.#inRecovery) return;
    this.#thresholdBytes = this.#halfWindow();
    this.#windowBytes = this.#thresholdBytes;
    this.#partialBytes = 0;
    this.#inRecovery = true;
    this.#recovery.begin(sample.deliveredBytes);
  }

  #grow(sample: AckSample): void {
    const packet = this.#packetBytes;
    const full = sample.priorInflightBytes > this.#windowBytes - packet;
    if (this.#windowBytes <= this.#thresholdBytes) {
      if (full) this.#windowBytes += Math.min(sample.ackedBytes, packet);
      return;
    }
    this.#partialBytes += sample.ackedBytes;
    if (this.#partialBytes < this.#windowBytes) return;
    if (full) {
      this.#partialBytes -= this.#windowBytes;
      this.#windowBytes += packet;
    } else this.#partialBytes = this.#windowBytes;
  }

  #halfWindow(): number {
    return Math.max(this.#windowBytes / 2, MIN_SSTHRESH_PACKETS * this.#packetBytes);
  }
}
