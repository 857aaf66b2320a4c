import { describe, expect, test } from "vitest";
import { probeRelay } from "./probe-relay.ts";

const RELAY = "https://relay.example";
const EVENTS = 5;
/** Less than the relay's own pause, to keep the tests short, and enough for the spread that is asked for. */
const PAUSE_MS = 120;
const event = (number: number): string => `event: probe\ndata: {"number":${number},"of":${EVENTS}}\n\n`;

/** A relay whose events come with this pause between two, and that ends after so many. */
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
  test("that come one by one are prompt", async () => {
    expect(await probe(answering(PAUSE_MS))).toBe("prompt");
  });

  test("that come all at once were held back", async () => {
    expect(await probe(answering(0))).toBe("held-back");
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

  test("that can't be asked for tell nothing", async () => {
    expect(await probe(() => Promise.reject(new TypeError("Failed to fetch")))).toBe("unknown");
    expect(await probe(async () => new Response("no such page", { status: 404 }))).toBe("unknown");
    expect(await probe(answering(0, EVENTS, { headers: { "content-type": "text/html" } }))).toBe("unknown");
  });
});

test("a flood is not read to its end", async () => {
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

test("a wait ends with its signal", async () => {
  const stop = new AbortController();
  const hanging: typeof fetch = (_url, init) =>
    new Promise((_resolve, reject) => init?.signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError"))));
  const probing = probeRelay({ relay: RELAY, fetch: hanging, signal: stop.signal });
  stop.abort();
  await expect(probing).rejects.toMatchObject({ name: "AbortError" });
});
