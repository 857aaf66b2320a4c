import { describe, expect, it } from "vitest";
import { simulate } from "../testing/link/packet-flow.ts";
import type { AckSample } from "./controller.ts";
import { NewReno } from "./new-reno.ts";

const PACKET_BYTES = 1000;
const INITIAL_BYTES = 4000;

function sample(part: Partial<AckSample>): AckSample {
  return {
    nowMs: 0,
    ackedBytes: 0,
    lostBytes: 0,
    inflightBytes: 0,
    priorInflightBytes: 1e9,
    rttMs: 50,
    deliveryRate: NaN,
    arrivedBytes: 0,
    appLimited: false,
    deliveredBytes: 0,
    priorDeliveredBytes: 0,
    ...part,
  };
}

/** A controller in congestion avoidance with a window of ten packets. */
function avoiding(): NewReno {
  const reno = new NewReno({ packetBytes: PACKET_BYTES });
  for (let count = 0; count < 16; count++) reno.onAck(sample({ ackedBytes: 2000 }));
  reno.onAck(sample({ lostBytes: 1000, deliveredBytes: 20_000, priorDeliveredBytes: 0 }));
  return reno;
}

describe("NewReno", () => {
  it("begins with the window of RFC 9260, 7.2.1", () => {
    expect(new NewReno({ packetBytes: PACKET_BYTES }).windowBytes).toBe(INITIAL_BYTES);
    expect(new NewReno({ packetBytes: 1500 }).windowBytes).toBe(4404);
  });

  it("grows by at most a packet for a SACK in slow start, and only if the window is used", () => {
    const reno = new NewReno({ packetBytes: PACKET_BYTES });
    reno.onAck(sample({ ackedBytes: 2000 }));
    expect(reno.windowBytes).toBe(INITIAL_BYTES + 1000);
    reno.onAck(sample({ ackedBytes: 500 }));
    expect(reno.windowBytes).toBe(INITIAL_BYTES + 1500);
    reno.onAck(sample({ ackedBytes: 2000, priorInflightBytes: 3000 }));
    expect(reno.windowBytes).toBe(INITIAL_BYTES + 1500);
  });

  it("halves once for the losses of one flight, and again for the next", () => {
    const reno = avoiding();
    expect(reno.windowBytes).toBe(10_000);
    reno.onAck(sample({ lostBytes: 1000, deliveredBytes: 25_000, priorDeliveredBytes: 19_000 }));
    expect(reno.windowBytes).toBe(10_000);
    reno.onAck(sample({ lostBytes: 1000, deliveredBytes: 30_000, priorDeliveredBytes: 20_000 }));
    expect(reno.windowBytes).toBe(5000);
  });

  it("grows by a packet for a window of acknowledged bytes in congestion avoidance", () => {
    const reno = avoiding();
    for (let count = 0; count < 4; count++) reno.onAck(sample({ ackedBytes: 2000, deliveredBytes: 40_000, priorDeliveredBytes: 21_000 }));
    // The window equals the threshold: RFC 9260 has one more step of slow start.
    expect(reno.windowBytes).toBe(11_000);
    for (let count = 0; count < 3; count++) reno.onAck(sample({ ackedBytes: 2000, deliveredBytes: 50_000, priorDeliveredBytes: 41_000 }));
    expect(reno.windowBytes).toBe(12_000);
  });

  it("falls to one packet at a time-out, and is as before if that was false", () => {
    const reno = avoiding();
    reno.onTimeout();
    expect(reno.windowBytes).toBe(PACKET_BYTES);
    reno.onSpuriousTimeout();
    expect(reno.windowBytes).toBe(10_000);
  });

  it("halves for every idle time-out, down to four packets", () => {
    const reno = avoiding();
    reno.onRestart(0, 1500);
    expect(reno.windowBytes).toBe(5000);
    reno.onRestart(0, 60_000);
    expect(reno.windowBytes).toBe(4000);
  });

  it("fills a link of 20 Mbit/s and 50 ms with a queue of one round trip", () => {
    const { flows } = simulate({
      flows: [{ controller: new NewReno({ packetBytes: 1200 }) }],
      link: { rate: 2500, delayMs: 25, queueBytes: 125_000 },
      durationMs: 15_000,
    });
    for (const bytes of flows[0]?.bytesBySecond.slice(2) ?? []) expect(bytes / 2_500_000).toBeGreaterThan(0.97);
  });
});
