import { describe, expect, test } from "vitest";
import { readJson } from "./body.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { streamingPost } from "../testing/relay-fixture.ts";

const MAX_BYTES = 64;
const MAX_MS = 1000;

function post(body: string | Uint8Array<ArrayBuffer>): Request {
  return new Request("http://relay.test/", { method: "POST", body });
}

function read(request: Request, clock = new FakeClock()): Promise<unknown> {
  return readJson(request, { clock, limits: { bodyBytes: MAX_BYTES, bodyMs: MAX_MS } });
}

describe("readJson", () => {
  test("parses a body of exactly the cap", async () => {
    const text = JSON.stringify("x".repeat(MAX_BYTES - 2));
    expect(await read(post(text))).toBe("x".repeat(MAX_BYTES - 2));
  });

  test("joins a body that arrives in pieces, split within a character", async () => {
    const bytes = new TextEncoder().encode('{"name":"é"}');
    const pieces = [...bytes].map((byte) => Uint8Array.of(byte));
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        const piece = pieces.shift();
        if (piece === undefined) {
          controller.close();
        } else {
          controller.enqueue(piece);
        }
      },
    });
    expect(await read(streamingPost("/", stream))).toEqual({ name: "é" });
  });

  test("refuses a body over the cap and stops reading, whatever Content-Length is", async () => {
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(16));
      },
    });
    await expect(read(streamingPost("/", endless, { "content-length": "2" }))).rejects.toMatchObject({ reason: "too-large" });
    expect(pulled).toBeLessThan(10);
  });

  test("times out if a body doesn't arrive, and clears its timer", async () => {
    const clock = new FakeClock();
    const silent = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => undefined) });
    const reading = read(streamingPost("/", silent), clock);
    const refusal = expect(reading).rejects.toMatchObject({ reason: "too-slow" });
    await clock.advance(MAX_MS);
    await refusal;
    expect(clock.pending).toBe(0);
  });

  test.each([
    ["nothing", new Uint8Array(0)],
    ["text that is not JSON", new TextEncoder().encode("hello")],
    ["bytes that are not UTF-8", Uint8Array.of(0x22, 0xff, 0x22)],
  ])("refuses %s", async (_name, bytes) => {
    await expect(read(post(bytes))).rejects.toMatchObject({ reason: "bad-request" });
  });

  test("refuses a request without a body", async () => {
    await expect(read(new Request("http://relay.test/", { method: "POST" }))).rejects.toMatchObject({ reason: "bad-request" });
  });

  test("reports a body that is cut off", async () => {
    const broken = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error("reset")) });
    await expect(read(streamingPost("/", broken))).rejects.toMatchObject({ reason: "bad-request" });
  });
});
