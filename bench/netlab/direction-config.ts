import { burstChance } from "./loss-process.ts";

/** How one direction of a link treats packets. */
export interface DirectionConfig {
  /** Bits per second on the wire, headers included. `Infinity`: no bottleneck. */
  readonly rateBitsPerSecond: number;
  /** One-way delay in milliseconds, after the bottleneck. */
  readonly delayMs: number;
  /** Mean of the delay that is added to `delayMs` at random, milliseconds ({@link JitterProcess}). @default none */
  readonly jitterMs?: number;
  /** Share of packets lost at random before the queue, 0 to 1. */
  readonly loss: number;
  /**
   * Mean number of packets that are lost in a row, at the same average loss ({@link LossProcess}): at least 1, and at least
   * loss / (1 − loss), which no sequence with that loss can fall below. @default each packet is lost independently
   */
  readonly meanBurst?: number;
  /** Most bytes that may wait for the bottleneck, headers included; packets beyond that are dropped (drop-tail). */
  readonly queueBytes: number;
}

export const UNLIMITED: DirectionConfig = { rateBitsPerSecond: Infinity, delayMs: 0, loss: 0, queueBytes: Infinity };

/** Bytes that an IPv4 (20) and a UDP header (8) add to each datagram on the wire; they take up link and queue. */
export const WIRE_OVERHEAD_BYTES = 28;

/** @throws RangeError if a field has an invalid value */
export function checkDirection(config: DirectionConfig): DirectionConfig {
  const { rateBitsPerSecond, delayMs, jitterMs = 0, loss, meanBurst, queueBytes } = config;
  if (!(rateBitsPerSecond > 0)) throw new RangeError(`rate ${rateBitsPerSecond} bit/s is not positive`);
  if (!(delayMs >= 0 && Number.isFinite(delayMs))) throw new RangeError(`delay ${delayMs} ms is not a finite time`);
  if (!(jitterMs >= 0 && Number.isFinite(jitterMs))) throw new RangeError(`jitter ${jitterMs} ms is not a finite time`);
  if (!(loss >= 0 && loss <= 1)) throw new RangeError(`loss ${loss} is not within 0 to 1`);
  if (meanBurst !== undefined && !(meanBurst >= 1 && Number.isFinite(meanBurst) && burstChance(loss, meanBurst) <= 1)) {
    throw new RangeError(`bursts of ${meanBurst} packets can't make a loss of ${loss}`);
  }
  if (!(queueBytes > 0)) throw new RangeError(`queue of ${queueBytes} bytes holds nothing`);
  return config;
}
