import type { LinkOptions } from "./link.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const MBIT = 1_000_000;

/** Round trip of the benchmarks' links, milliseconds. */
const ROUND_TRIP_MS = 50;

/** Queue of the benchmarks' links. At 100 Mbit/s it drains in 42 ms, about the round trip; at 10 Mbit/s in 0.4 s, as in home routers. */
const QUEUE_BYTES = 512 * KIB;
/** 5 ms at 100 Mbit/s, a tenth of the product of rate and round trip: a switch with small buffers. */
export const SHALLOW_QUEUE_BYTES: number = 64 * KIB;
/** 336 ms at 100 Mbit/s: a bloated buffer. */
export const DEEP_QUEUE_BYTES: number = 4 * MIB;

export interface WanOptions {
  /** Share of packets lost, 0 to 1, in each direction. @default 0 */
  readonly loss?: number;
  /** Mean number of packets lost in a row. @default each packet is lost independently */
  readonly meanBurst?: number;
  /** Milliseconds, half of them each way. @default 50 */
  readonly roundTripMs?: number;
  /** Queue before the bottleneck, in each direction. @default 512 KiB */
  readonly queueBytes?: number;
  /** Seed of the losses. @default 1 */
  readonly seed?: number;
}

/** 100 Mbit/s each way. */
export function wanLink(options: WanOptions = {}): LinkOptions {
  const { loss = 0, meanBurst, roundTripMs = ROUND_TRIP_MS, queueBytes = QUEUE_BYTES, seed = 1 } = options;
  const bursts = meanBurst === undefined ? {} : { meanBurst };
  const direction = { rateBitsPerSecond: 100 * MBIT, delayMs: roundTripMs / 2, queueBytes, loss, ...bursts };
  return { down: direction, up: direction, seed };
}

/** 10 Mbit/s, 50 ms, 512 KiB of queue, each way, without loss. */
export function seekLink(seed = 1): LinkOptions {
  const direction = { rateBitsPerSecond: 10 * MBIT, delayMs: ROUND_TRIP_MS / 2, queueBytes: QUEUE_BYTES, loss: 0 };
  return { down: direction, up: direction, seed };
}
