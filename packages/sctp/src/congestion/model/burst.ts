/** Burst: what the rate sends in so much time, ms, within bounds. */
const BURST_MS = 1;
const MAX_BURST_BYTES = 65_536;

/** Most bytes to send at once. @param rate bytes per ms */
export function burstOf(rate: number, packetBytes: number): number {
  return Math.min(MAX_BURST_BYTES, Math.max(2 * packetBytes, rate * BURST_MS));
}
