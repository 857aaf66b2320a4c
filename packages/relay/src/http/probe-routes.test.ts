import { beforeEach, describe, expect, test } from "vitest";
import { PROBE_EVENTS, PROBE_INTERVAL_MS } from "../events/probe-stream.ts";
import { RelayFixture } from "../testing/relay-fixture.ts";
import { SseReader } from "../testing/sse-reader.ts";

const PATH = "/api/v1/probe/events";

let relay: RelayFixture;
beforeEach(() => {
  relay = new RelayFixture();
});

async function probe(): Promise<SseReader> {
  return new SseReader((await relay.request("GET", PATH)).body);
}

describe("a probe", () => {
  test("P-1: sends a few events, one per interval, and then ends", async () => {
    const reader = await probe();
    for (let number = 1; number <= PROBE_EVENTS; number += 1) {
      expect(await reader.events()).toHaveLength(number);
      expect(await reader.isOver()).toBe(number === PROBE_EVENTS);
      await relay.clock.advance(PROBE_INTERVAL_MS);
    }
    expect(reader.over).toBe("ended");
    expect(reader.text).toMatch(/^retry: 1500\n\nevent: probe\ndata: \{"number":1,"of":5\}\n\n/);
  });

  test("has the headers of every event stream", async () => {
    const { status, headers } = await relay.request("GET", PATH);
    expect(status).toBe(200);
    expect(Object.fromEntries(headers)).toMatchObject({
      "content-type": "text/event-stream",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
    });
  });

  test("P-1: says in a header what the relay can do", async () => {
    expect((await relay.request("GET", PATH)).headers.get("rangecast-features")).toBe("long-poll");
  });

  test("leaves no timer behind when its reader disconnects, or the relay stops", async () => {
    const before = relay.clock.pending;
    await (await probe()).leave();
    const other = await probe();
    await relay.relay.close();
    expect(await other.isOver()).toBe(true);
    expect(relay.clock.pending).toBe(before);
  });

  test("P-1: takes a slot of its address, and releases it", async () => {
    relay = new RelayFixture({ limits: { streamsPerAddress: 1 } });
    await probe();
    expect((await relay.request("GET", PATH)).status).toBe(429);
    await relay.clock.advance(PROBE_EVENTS * PROBE_INTERVAL_MS);
    expect((await relay.request("GET", PATH)).status).toBe(200);
  });

  test("has its own cap per minute, separate from lookups of shares", async () => {
    relay = new RelayFixture({ limits: { joinsPerAddress: 2 } });
    const share = await relay.createShare();
    await relay.register(share);
    const answers = [1, 2, 3].map(() => relay.request("GET", PATH));
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 429]);
    const look = await relay.call("GET", `/api/v1/shares/${share.shareId}`, { token: share.joinToken });
    expect(look.status).toBe(200);
  });
});
