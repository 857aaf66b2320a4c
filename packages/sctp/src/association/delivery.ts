import type { OutChunk } from "./out-chunk.ts";

/** Samples the rate at which the path delivers (draft-cheng-iccrg-delivery-rate-estimation, 3). Bytes are payload, times ms. */
export class DeliveryRate {
  #deliveredBytes = 0;
  #deliveredAtMs = 0;
  #firstSentAtMs = 0;
  /** Samples of chunks that were sent before this much was delivered are limited by the application; 0: none are. */
  #appLimitedUntil = 0;
  #priorDeliveredBytes = 0;
  #priorDeliveredAtMs = Number.NaN;
  #sendElapsedMs = 0;
  #sampleAppLimited = false;
  #newestSentAtMs = 0;

  get deliveredBytes(): number {
    return this.#deliveredBytes;
  }

  /** What was delivered when the sample's chunk was sent. */
  get priorDeliveredBytes(): number {
    return this.#priorDeliveredBytes;
  }

  get sampleAppLimited(): boolean {
    return this.#sampleAppLimited;
  }

  /** Sending begins with nothing in flight. */
  restart(nowMs: number): void {
    this.#firstSentAtMs = this.#deliveredAtMs = nowMs;
  }

  /** There is nothing more to send, although the window has room. */
  noteAppLimited(inflightBytes: number): void {
    this.#appLimitedUntil = Math.max(1, this.#deliveredBytes + inflightBytes);
  }

  onSent(chunk: OutChunk): void {
    chunk.firstSentAtMs = this.#firstSentAtMs;
    chunk.deliveredAtMs = this.#deliveredAtMs;
    chunk.deliveredBytes = this.#deliveredBytes;
    chunk.appLimited = this.#appLimitedUntil !== 0;
  }

  /** Begins the sample of a SACK. */
  begin(): void {
    this.#priorDeliveredAtMs = Number.NaN;
  }

  onAcknowledged(chunk: OutChunk, nowMs: number): void {
    this.#deliveredBytes += chunk.length;
    this.#deliveredAtMs = nowMs;
    // The chunk that was sent last counts.
    const newest = Number.isNaN(this.#priorDeliveredAtMs) || chunk.sentAtMs > this.#newestSentAtMs;
    if (!newest) return;
    this.#newestSentAtMs = chunk.sentAtMs;
    this.#priorDeliveredBytes = chunk.deliveredBytes;
    this.#priorDeliveredAtMs = chunk.deliveredAtMs;
    this.#sampleAppLimited = chunk.appLimited;
    this.#sendElapsedMs = chunk.sentAtMs - chunk.firstSentAtMs;
    this.#firstSentAtMs = chunk.sentAtMs;
  }

  /** Bytes per ms; NaN if nothing was acknowledged, or in less than the shortest round trip, which no path can do. */
  sample(minRttMs: number): number {
    if (this.#appLimitedUntil !== 0 && this.#deliveredBytes > this.#appLimitedUntil) this.#appLimitedUntil = 0;
    if (Number.isNaN(this.#priorDeliveredAtMs)) return Number.NaN;
    const intervalMs = Math.max(this.#sendElapsedMs, this.#deliveredAtMs - this.#priorDeliveredAtMs);
    if (intervalMs <= 0 || intervalMs < minRttMs) return Number.NaN;
    return (this.#deliveredBytes - this.#priorDeliveredBytes) / intervalMs;
  }
}
