/** Share that remains of a bound after congestion (draft-ietf-ccwg-bbr, "BBR.Beta"). */
const BETA = 0.7;
/** Share of what the path gave in a round that the sender takes in the next one while a queue stands, so that flows through one bottleneck converge. */
const YIELD = 0.9;
/** Share of the upper bound that is left free for others while the sender doesn't probe ("BBR.Headroom"). */
const HEADROOM = 0.15;

/**
 * What congestion has shown of the path (draft-ietf-ccwg-bbr, "Congestion Signals"): an upper bound of what may be in flight that lasts until probing moves it,
 * and lower bounds of inflight and bandwidth that last until the next probe.
 */
export class PathBounds {
  /** Most bytes in flight that the path took without much loss (inflight_longterm, inflight_hi). */
  inflightHi: number = Infinity;
  /** Bytes in flight, short term (inflight_shortterm, inflight_lo). */
  inflightLo: number = Infinity;
  /** Bytes per ms, short term (bw_shortterm, bw_lo). */
  bandwidthLo: number = Infinity;
  #growBytes = 0;
  /** Bytes in flight when {@link inflightHi} was lowered last. */
  #tooHighBytes = 0;

  /** A round with congestion while the sender doesn't probe ("BBRAdaptLowerBoundsFromCongestion"). The arguments are those of the round that is over. */
  lower(bandwidth: number, windowBytes: number, bandwidthLatest: number, inflightLatest: number): void {
    this.bandwidthLo = Math.max(bandwidthLatest, BETA * Math.min(this.bandwidthLo, bandwidth));
    this.inflightLo = Math.max(inflightLatest, BETA * Math.min(this.inflightLo, windowBytes));
  }

  /** A queue stands in a round in which the sender doesn't probe: others share the path, and it gives less than estimated. */
  lowerBandwidth(bandwidth: number, bandwidthLatest: number): void {
    this.bandwidthLo = Math.max(YIELD * bandwidthLatest, BETA * Math.min(this.bandwidthLo, bandwidth));
  }

  /** Forgets the lower bounds: the next probe begins. */
  forgetLower(): void {
    this.inflightLo = this.bandwidthLo = Infinity;
  }

  /** Probing lost packets ("BBRHandleInflightTooHigh"). @param deliveredBytes what the path delivered within a round trip */
  onTooHigh(deliveredBytes: number, targetBytes: number): void {
    this.#tooHighBytes = Math.max(deliveredBytes, targetBytes);
    this.inflightHi = Math.max(deliveredBytes, BETA * targetBytes);
  }

  /**
   * Begins to raise the upper bound: quickly up to where packets were lost, for that may have been chance, and slowly beyond. The draft is slow everywhere,
   * and stays low for minutes where the receiver loses some packets now and then; CUBIC (RFC 9438, 4.1) returns as quickly.
   */
  beginRaise(packetBytes: number): void {
    const below = this.#tooHighBytes - this.inflightHi;
    this.#growBytes = Math.max(packetBytes, below > 0 ? below / 2 : 0);
  }

  /** A round of probing is over without congestion: the bound rises twice as fast. */
  raiseFaster(): void {
    this.#growBytes *= 2;
  }

  /** Raises the upper bound if it is what limits the sender ("BBRProbeInflightLongtermUpward"): by `growBytes` for a window of acknowledged bytes. */
  raise(ackedBytes: number, inflightBytes: number, packetBytes: number): void {
    if (this.inflightHi === Infinity || inflightBytes + 2 * packetBytes < this.inflightHi) return;
    this.inflightHi += (this.#growBytes * ackedBytes) / this.inflightHi;
  }

  /** Upper bound with room left for others. */
  withHeadroom(packetBytes: number): number {
    if (this.inflightHi === Infinity) return Infinity;
    return this.inflightHi - Math.max(packetBytes, HEADROOM * this.inflightHi);
  }
}
