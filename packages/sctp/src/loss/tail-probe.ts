/** Probe time-out before the first round trip is measured, ms (RFC 8985, 7.2). */
const INITIAL_MS = 1000;

/**
 * Probe time-out (RFC 8985, 7.2): when so much time passes without a SACK, the last packet is sent again, so that its SACK shows what was lost at the tail,
 * without a retransmission time-out.
 *
 * @param srttMs smoothed round trip, ms; NaN before the first
 * @param maxAckDelayMs longest time that the peer delays a SACK, ms (RFC 9260, 6.2: at most 200)
 * @param onePacket whether a single packet is in flight: the peer may wait for a second one before it sends a SACK
 * @param rtoLeftMs until the retransmission timer expires, ms: the probe is never later
 */
export function probeTimeoutMs(srttMs: number, maxAckDelayMs: number, onePacket: boolean, rtoLeftMs: number): number {
  const timeout = Number.isNaN(srttMs) ? INITIAL_MS : 2 * srttMs + (onePacket ? maxAckDelayMs : 0);
  return Math.min(timeout, rtoLeftMs);
}
