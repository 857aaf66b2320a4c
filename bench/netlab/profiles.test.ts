import { expect, it } from "vitest";

import { DEEP_QUEUE_BYTES, wanLink } from "./profiles.ts";

it("has the benchmarks' link by default, without loss", () => {
  const way = { rateBitsPerSecond: 100e6, delayMs: 25, queueBytes: 512 * 1024, loss: 0 };
  expect(wanLink()).toEqual({ down: way, up: way, seed: 1 });
});

it("applies each option to both directions", () => {
  const link = wanLink({ loss: 0.01, meanBurst: 8, roundTripMs: 150, queueBytes: DEEP_QUEUE_BYTES, seed: 7 });
  const way = { rateBitsPerSecond: 100e6, delayMs: 75, queueBytes: 4 * 1024 * 1024, loss: 0.01, meanBurst: 8 };
  expect(link).toEqual({ down: way, up: way, seed: 7 });
});
