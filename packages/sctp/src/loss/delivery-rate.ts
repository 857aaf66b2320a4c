/** What the sender keeps with every packet in flight, to measure the delivery rate when it is acknowledged. */
export interface DeliveryStamp {
  /** Bytes that had been delivered when the packet was sent (P.delivered). */
  deliveredBytes: number;
  /** When the last of them was, ms (P.delivered_time). */
  deliveredAtMs: number;
  /** When the first packet of the flight was sent, ms (P.first_sent_time). */
  firstSentAtMs: number;
  /** When the packet was sent, ms (P.sent_time). */
  sentAtMs: number;
  /** Whether the sender had nothing more to send (P.is_app_limited). */
  appLimited: boolean;
}

/**
 * Delivery rate sampling (draft-cheng-iccrg-delivery-rate-estimation): bytes delivered between the sending of a packet and its acknowledgement, divided by
 * the longer of the times that sending and acknowledging them took. So neither a burst of packets nor one of acknowledgements makes the rate too high.
 */
export class DeliveryRate {
  /** Bytes delivered so far (C.delivered). */
  deliveredBytes = 0;
  /** The same when the newest packet of the current sample was sent (rs.prior_delivered). */
  priorDeliveredBytes = 0;
  /** Whether that packet was sent with nothing behind it (rs.is_app_limited). */
  appLimited = false;
  #deliveredAtMs = 0;
  #firstSentAtMs = 0;
  /** Delivered bytes after which samples are no longer limited by the application (C.app_limited); 0 if they aren't now. */
  #appLimitedUntilBytes = 0;
  #newestSentAtMs = -Infinity;
  #priorAtMs = NaN;
  #sendMs = 0;
  #ackMs = 0;

  /** Writes the stamp of a packet that is sent now. @param inflightBytes before it */
  onSent(stamp: DeliveryStamp, nowMs: number, inflightBytes: number): void {
    if (inflightBytes === 0) this.#firstSentAtMs = this.#deliveredAtMs = nowMs;
    stamp.sentAtMs = nowMs;
    stamp.firstSentAtMs = this.#firstSentAtMs;
    stamp.deliveredAtMs = this.#deliveredAtMs;
    stamp.deliveredBytes = this.deliveredBytes;
    stamp.appLimited = this.#appLimitedUntilBytes > 0;
  }

  /** The window is open, and nothing is left to send. */
  onAppLimited(inflightBytes: number): void {
    this.#appLimitedUntilBytes = Math.max(1, this.deliveredBytes + inflightBytes);
  }

  /** Begins the sample of a SACK. */
  begin(): void {
    this.#newestSentAtMs = -Infinity;
    this.#priorAtMs = NaN;
  }

  /** A packet is newly acknowledged by this SACK. */
  onDelivered(stamp: DeliveryStamp, nowMs: number, bytes: number): void {
    this.deliveredBytes += bytes;
    this.#deliveredAtMs = nowMs;
    if (stamp.sentAtMs < this.#newestSentAtMs) return;
    if (stamp.sentAtMs === this.#newestSentAtMs && stamp.deliveredBytes < this.priorDeliveredBytes) return;
    this.#newestSentAtMs = stamp.sentAtMs;
    this.priorDeliveredBytes = stamp.deliveredBytes;
    this.#priorAtMs = stamp.deliveredAtMs;
    this.appLimited = stamp.appLimited;
    this.#sendMs = stamp.sentAtMs - stamp.firstSentAtMs;
    this.#ackMs = nowMs - stamp.deliveredAtMs;
    this.#firstSentAtMs = stamp.sentAtMs;
  }

  /** Ends the sample. Returns bytes per ms, or NaN if nothing was acknowledged or in less time than any round trip takes. @param minRttMs shortest round trip, ms */
  end(minRttMs: number): number {
    if (this.#appLimitedUntilBytes > 0 && this.deliveredBytes > this.#appLimitedUntilBytes) this.#appLimitedUntilBytes = 0;
    if (Number.isNaN(this.#priorAtMs)) return NaN;
    const interval = Math.max(this.#sendMs, this.#ackMs);
    if (interval <= 0 || interval < minRttMs) return NaN;
    return (this.deliveredBytes - this.priorDeliveredBytes) / interval;
  }
}
