import { expect, it } from "vitest";
import { probeTimeoutMs } from "./tail-probe.ts";

it.each([
  ["two smoothed round trips", 50, false, 1000, 100],
  ["and the delay of a SACK for a single packet", 50, true, 1000, 300],
  ["a second before the first round trip", NaN, false, 5000, 1000],
  ["never later than the retransmission timer", 50, true, 250, 250],
])("probes after %s", (_, srttMs, onePacket, rtoLeftMs, expected) => {
  expect(probeTimeoutMs(srttMs, 200, onePacket, rtoLeftMs)).toBe(expected);
});
