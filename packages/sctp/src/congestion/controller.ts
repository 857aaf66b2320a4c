/** What one SACK showed. One object is reused for every SACK: don't keep it. */
export interface AckSample {
  nowMs: number;
  /** Bytes newly acknowledged, cumulatively or by gap blocks. */
  ackedBytes: number;
  /** Bytes newly detected as lost (RACK). */
  lostBytes: number;
  /** Bytes sent and neither acknowledged nor lost, after this SACK. */
  inflightBytes: number;
  /** The same before this SACK. */
  priorInflightBytes: number;
  /** Round trip of the newest chunk newly acknowledged that was sent once, ms; NaN if there is none. */
  rttMs: number;
  /** Delivery rate sample, bytes per ms; NaN if there is none or it can't be trusted. */
  deliveryRate: number;
  /** Bytes that arrived since the newest acknowledged packet was sent: what the path took within a round trip. */
  arrivedBytes: number;
  /** Whether the sample's packet was sent while the sender had nothing more to send. */
  appLimited: boolean;
  /** All bytes delivered so far. */
  deliveredBytes: number;
  /** That number when the newest acknowledged packet was sent: a round trip is over when it passes a mark. */
  priorDeliveredBytes: number;
}

/** A sample that shows nothing. */
export function createSample(): AckSample {
  return {
    nowMs: 0,
    ackedBytes: 0,
    lostBytes: 0,
    inflightBytes: 0,
    priorInflightBytes: 0,
    rttMs: Number.NaN,
    deliveryRate: Number.NaN,
    arrivedBytes: 0,
    appLimited: false,
    deliveredBytes: 0,
    priorDeliveredBytes: 0,
  };
}

/** Decides how much may be in flight, and how fast it is sent. Times in ms, sizes in bytes. */
export interface CongestionController {
  /** Most bytes in flight. */
  readonly windowBytes: number;
  /** Bytes per ms; Infinity: not paced. */
  readonly pacingRate: number;
  /** Most bytes to send at once, without a pause. */
  readonly burstBytes: number;
  onSent(nowMs: number, bytes: number, inflightBytes: number): void;
  onAck(sample: AckSample): void;
  /** The retransmission timer expired (RFC 9260, 6.3.3). */
  onTimeout(nowMs: number, inflightBytes: number): void;
  /** The last time-out was false (F-RTO): what it did is undone. */
  onSpuriousTimeout(nowMs: number): void;
  /** Sending begins again after a pause with nothing in flight. */
  onRestart(nowMs: number, idleMs: number): void;
}
