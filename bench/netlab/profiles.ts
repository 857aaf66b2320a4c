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

/** One product of rate and round trip: 1 s more when it is full. */
const SATELLITE_QUEUE_BYTES = 150 * 1000;

/** A slow and long path, as by satellite: 2 Mbit/s, 600 ms, 150 kB of queue, each way, without loss. */
export function satelliteLink(seed = 1): LinkOptions {
  const direction = { rateBitsPerSecond: 2 * MBIT, delayMs: 300, queueBytes: SATELLITE_QUEUE_BYTES, loss: 0 };
  return { down: direction, up: direction, seed };
}

/** A fast and short path, as by fibre within a country: 300 Mbit/s, 20 ms, 512 KiB of queue (14 ms), each way, without loss. */
export function fibreLink(seed = 1): LinkOptions {
  const direction = { rateBitsPerSecond: 300 * MBIT, delayMs: 10, queueBytes: QUEUE_BYTES, loss: 0 };
  return { down: direction, up: direction, seed };
}

/** Wi-Fi with other stations: 50 Mbit/s, 30 ms and 8 ms of jitter each way; 0.5 % of all packets are lost, 6 in a row on average. */
export function wifiLink(seed = 1): LinkOptions {
  const direction = { rateBitsPerSecond: 50 * MBIT, delayMs: 15, jitterMs: 8, queueBytes: QUEUE_BYTES, loss: 0.005, meanBurst: 6 };
  return { down: direction, up: direction, seed };
}

/** 10 Mbit/s, 50 ms, 512 KiB of queue, each way, without loss. */
export function seekLink(seed = 1): LinkOptions {
  const direction = { rateBitsPerSecond: 10 * MBIT, delayMs: ROUND_TRIP_MS / 2, queueBytes: QUEUE_BYTES, loss: 0 };
  return { down: direction, up: direction, seed };
}
