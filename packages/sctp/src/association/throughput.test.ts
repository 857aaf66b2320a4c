import { describe, expect, test } from "vitest";
import { NewReno } from "../congestion/new-reno.ts";
import type { LinkOptions } from "../testing/link/link.ts";
import { mulberry32 } from "../testing/link/mulberry32.ts";
import { ChunkType } from "../wire/chunk-type.ts";
import { bytesOf, Pair } from "../testing/pair.ts";

/** 100 Mbit/s, bytes per ms. */
const RATE = 12_500;
const MESSAGE = bytesOf(16_384);

interface Flow {
  /** Payload delivered per ms in the last part of the time. */
  readonly rate: number;
  readonly pair: Pair;
}

interface FlowOptions {
  readonly untilMs?: number;
  readonly fromMs?: number;
  readonly reno?: boolean;
  readonly back?: LinkOptions;
  readonly onPacket?: Pair["onPacket"];
  /** For how long the sender's program does something else each time, ms. */
  readonly busyMs?: () => number;
  /** The receiver reads nothing for a while, again and again. */
  readonly pauses?: { readonly everyMs: number; readonly forMs: number };
}

/** Sends without a pause, and measures from `fromMs` on. */
function flow(there: LinkOptions, { untilMs = 2400, fromMs = 1200, reno = false, back, onPacket, busyMs, pauses }: FlowOptions = {}): Flow {
  const pair = new Pair({
    there,
    ...(back === undefined ? {} : { back }),
    first: { carrierProtects: true, ...(reno ? { congestion: new NewReno({ packetBytes: 1144 }) } : {}) },
    second: { carrierProtects: true, receiveWindowBytes: 16 * 1024 * 1024 },
  });
  pair.onPacket = onPacket;
  if (busyMs !== undefined) pair.firstBusyMs = busyMs;
  pair.first.connect(0);
  let mark = 0;
  for (let at = 0; at < untilMs; at += 2) {
    if (at === fromMs) mark = pair.first.stats.deliveredBytes;
    while (pair.first.queuedBytes < 256 * 1024) pair.first.send(0, 53, MESSAGE);
    pair.secondReads = pauses === undefined || at % pauses.everyMs >= pauses.forMs;
    pair.run(at);
    pair.sides[1].messages.length = 0;
  }
  return { rate: (pair.first.stats.deliveredBytes - mark) / (untilMs - fromMs), pair };
}

/** The payload that the link can carry: 1144 of 1232 bytes a packet. */
const GOODPUT = RATE * (1144 / 1232);

/* Some hundred thousand packets each: on a busy machine that takes a while. */
describe("on simulated paths", { timeout: 60_000 }, () => {
  test.each([
    [0, 0.9],
    [0.001, 0.85],
    [0.01, 0.8],
    [0.03, 0.7],
  ])("with a loss of %d on 100 Mbit/s and 50 ms, at least %d of the link is used", (share, least) => {
    const random = mulberry32(42);
    const { rate } = flow({ delayMs: 25, rate: RATE, queueBytes: 512 * 1024, loss: () => random() < share });
    expect(rate / GOODPUT).toBeGreaterThan(least);
  });

  test("the queue stays short: the round trip is at most half as long again as the path's own", () => {
    const { pair } = flow({ delayMs: 25, rate: RATE, queueBytes: 4 * 1024 * 1024 });
    expect(pair.first.stats.roundTripMs).toBeLessThan(75);
  });

  test("an outage of 2 s is over soon after it ends", () => {
    const { rate } = flow({ delayMs: 25, rate: RATE, queueBytes: 512 * 1024, outages: [[1000, 3000]] }, { fromMs: 4000, untilMs: 6000 });
    expect(rate / GOODPUT).toBeGreaterThan(0.7);
  });

  test("acknowledgements that are lost one time in three do no harm", () => {
    const random = mulberry32(9);
    // Not the first two, which open the association.
    let packets = 0;
    const loss = (): boolean => ++packets > 2 && random() < 0.33;
    const { rate } = flow({ delayMs: 25, rate: RATE, queueBytes: 512 * 1024 }, { back: { delayMs: 25, loss } });
    expect(rate / GOODPUT).toBeGreaterThan(0.9);
  });

  test.each([
    [0.03, 25, 7],
    [0.01, 75, 42],
  ])(
    "a peer that reports 20 gap blocks, as Chromium does, is not taken for one that loses the rest: loss %d, %d ms each way",
    (share, delayMs, seed) => {
      const random = mulberry32(seed);
      const { rate } = flow(
        { delayMs, rate: RATE, queueBytes: 512 * 1024, loss: () => random() < share },
        { onPacket: (from, packet) => from === 0 || withFewerGaps(packet, 20), fromMs: 2500, untilMs: 4500 },
      );
      expect(rate / GOODPUT).toBeGreaterThan(0.75);
    },
  );

  test("a sender whose program is busy for up to 6 ms at a time keeps its rate", () => {
    const random = mulberry32(3);
    const { rate } = flow({ delayMs: 25, rate: RATE, queueBytes: 512 * 1024 }, { busyMs: () => random() * 6 });
    expect(rate / GOODPUT).toBeGreaterThan(0.9);
  });

  test.each([
    [10, 25, 0.7],
    [10, 0.5, 0.55],
    [60, 25, 0.1],
    [60, 0.5, 0.1],
  ])("a sender that waits for a core for %d ms in the mean does not take it for a slow path of %d ms", (meanMs, delayMs, least) => {
    const random = mulberry32(5);
    const link = { delayMs, rate: RATE, queueBytes: 512 * 1024 };
    const { rate } = flow(link, { busyMs: () => -Math.log(1 - random()) * meanMs, fromMs: 1500, untilMs: 4000 });
    expect(rate / GOODPUT).toBeGreaterThan(least);
  });

  test("a receiver that pauses for 150 ms each second gets most of what it can take", () => {
    const { rate } = flow({ delayMs: 25, rate: RATE, queueBytes: 512 * 1024 }, { pauses: { everyMs: 1000, forMs: 150 } });
    expect(rate / GOODPUT).toBeGreaterThan(0.8);
  });

  test("NewReno, the reference, fills a link without loss, and collapses with 1 %", () => {
    expect(flow({ delayMs: 25, rate: RATE }, { reno: true }).rate / GOODPUT).toBeGreaterThan(0.9);
    const random = mulberry32(42);
    expect(flow({ delayMs: 25, rate: RATE, loss: () => random() < 0.01 }, { reno: true }).rate / GOODPUT).toBeLessThan(0.3);
  });
});

/** A packet whose SACK reports no more gap blocks than `most`. Packets carry no checksum here. */
function withFewerGaps(packet: Uint8Array, most: number): Uint8Array {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const start = 12;
  if (packet[start] !== ChunkType.SACK || view.getUint16(start + 12) <= most) return packet;
  const length = 16 + 4 * most;
  const cut = packet.slice(0, start + length);
  const changed = new DataView(cut.buffer);
  changed.setUint16(start + 2, length);
  changed.setUint16(start + 12, most);
  changed.setUint16(start + 14, 0);
  return cut;
}
