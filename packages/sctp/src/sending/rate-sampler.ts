import type { AckSample } from "../congestion/controller.ts";
import { ArrivalRate } from "../loss/arrival-rate.ts";
import { DeliveryRate } from "../loss/delivery-rate.ts";
import type { OutChunk } from "./out-chunk.ts";

/** Measures how fast chunks arrive: by what a SACK acknowledges, and by the number of SACKs where they can't report everything. */
export class RateSampler {
  readonly delivery: DeliveryRate = new DeliveryRate();
  readonly arrivals: ArrivalRate = new ArrivalRate();
  /** The newest chunk that the present SACK acknowledges. */
  newest: OutChunk | undefined;

  /** Begins a SACK. */
  begin(): void {
    this.delivery.begin();
    this.arrivals.onSack();
    this.newest = undefined;
  }

  /** @param inflightBytes before it @param reportsComplete whether the last SACK reported all that had arrived */
  onSent(chunk: OutChunk, nowMs: number, inflightBytes: number, reportsComplete: boolean): void {
    this.delivery.onSent(chunk, nowMs, inflightBytes);
    this.arrivals.onSent(chunk, reportsComplete);
  }

  onDelivered(chunk: OutChunk, nowMs: number): void {
    this.delivery.onDelivered(chunk, nowMs, chunk.length);
    if (this.newest === undefined || chunk.sentAtMs >= this.newest.sentAtMs) this.newest = chunk;
  }

  /** Ends a SACK that acknowledges something, and writes what it shows. @param minRttMs shortest round trip, ms */
  end(sample: AckSample, nowMs: number, minRttMs: number, reportsComplete: boolean): void {
    const { delivery, arrivals, newest } = this;
    sample.deliveryRate = delivery.end(minRttMs);
    sample.arrivedBytes = delivery.deliveredBytes - delivery.priorDeliveredBytes;
    if (newest === undefined) return;
    if (reportsComplete) arrivals.onComplete(newest);
    if (reportsComplete && newest.reportsComplete) return;
    sample.deliveryRate = arrivals.rateSince(newest, nowMs, minRttMs);
    sample.arrivedBytes = arrivals.bytesSince(newest);
  }
}
