import { describe, expect, test } from "vitest";
import { probeRelay } from "./probe-relay.ts";

const RELAY = "https://relay.example";
const EVENTS = 5;
/** Shorter than the relay's own interval, to keep the tests short, but enough for the required spread. */
const PAUSE_MS = 120;
const event = (number: number): string => `event: probe\ndata: {"number":${number},"of":${EVENTS}}\n\n`;

/** A relay that sends `count` events at this interval. */
function answering(
  pauseMs: number,
  count = EVENTS,
  init: ResponseInit = { headers: { "content-type": "text/event-stream" } },
): typeof fetch {
  return async () => {
    let number = 0;
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        if (number === count) return controller.close();
        if (number > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
        controller.enqueue(new TextEncoder().encode(event(++number)));
      },
    });
    return new Response(body, init);
  };
}

const probe = (fetch: typeof globalThis.fetch) => probeRelay({ relay: RELAY, fetch, signal: new AbortController().signal });

describe("the relay's events", () => {
  test("that arrive one by one are prompt", async () => {
    expect(await probe(answering(PAUSE_MS))).toBe("prompt");
  });

  test("that arrive all at once were held back", async () => {
    expect(await probe(answering(0))).toBe("held-back");
  });

  test("that arrive all at once, of a relay that can be polled, are no problem", async () => {
    const headers = { "content-type": "text/event-stream", "rangecast-features": "other, long-poll" };
    expect(await probe(answering(0, EVENTS, { headers }))).toBe("polled");
  });

  test("that end too early, or break off, were cut", async () => {
    expect(await probe(answering(0, 2))).toBe("cut");
    expect(await probe(answering(0, 0))).toBe("cut");
    const breaking: typeof fetch = async () => {
      const body = new ReadableStream({ pull: (controller) => controller.error(new TypeError("network error")) });
      return new Response(body, { headers: { "content-type": "text/event-stream" } });
    };
    expect(await probe(breaking)).toBe("cut");
  });

  test("that can't be requested give no verdict", async () => {
    expect(await probe(() => Promise.reject(new TypeError("Failed to fetch")))).toBe("unknown");
    expect(await probe(async () => new Response("no such page", { status: 404 }))).toBe("unknown");
    expect(await probe(answering(0, EVENTS, { headers: { "content-type": "text/html" } }))).toBe("unknown");
  });
});

test("an endless response is not read to its end", async () => {
  let pulls = 0;
  const flood: typeof fetch = async () => {
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        pulls += 1;
        controller.enqueue(new Uint8Array(4096).fill(0x20));
      },
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  };
  expect(await probe(flood)).toBe("cut");
  expect(pulls).toBeLessThan(16);
});

test("the probe rejects when its signal aborts", async () => {
  const stop = new AbortController();
  const hanging: typeof fetch = (_url, init) =>
    new Promise((_resolve, reject) => init?.signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError"))));
  const probing = probeRelay({ relay: RELAY, fetch: hanging, signal: stop.signal });
  stop.abort();
  await expect(probing).rejects.toMatchObject({ name: "AbortError" });
});
