import type { LinkOptions } from "./link.ts";

const KIB = 1024;
const MBIT = 1_000_000;

/** Half of the 50 ms round trip that the `wan` and `seek` links have, milliseconds. */
const HALF_ROUND_TRIP_MS = 25;

/** 100 Mbit/s, 50 ms, 512 KiB of queue, each way. `loss` (0 to 1) applies to both directions. */
export function wanLink(loss: number, seed = 1): LinkOptions {
  const direction = { rateBitsPerSecond: 100 * MBIT, delayMs: HALF_ROUND_TRIP_MS, queueBytes: 512 * KIB, loss };
  return { down: direction, up: direction, seed };
}

/** 10 Mbit/s, 50 ms, and a queue that takes 0.4 s to drain, as in home routers. */
export function seekLink(seed = 1): LinkOptions {
  const direction = { rateBitsPerSecond: 10 * MBIT, delayMs: HALF_ROUND_TRIP_MS, queueBytes: 512 * KIB, loss: 0 };
  return { down: direction, up: direction, seed };
}
