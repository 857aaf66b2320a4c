import { describe, expect, test } from "vitest";
import { Pair } from "../testing/pair.ts";

describe("two connections", () => {
  test("open in two round trips, and pass data in both directions", () => {
    const pair = new Pair({ delayMs: 10 }).open();
    expect(pair.nowMs).toBe(40);
    pair.send("client", Uint8Array.of(1, 2, 3));
    pair.send("server", Uint8Array.of(4, 5));
    pair.run(100);
    expect(pair.server.received.map((bytes) => [...bytes])).toEqual([[1, 2, 3]]);
    expect(pair.client.received.map((bytes) => [...bytes])).toEqual([[4, 5]]);
  });
});
