import { describe, expect, test, vi } from "vitest";
import { createFakeRemote, fakeBytes } from "../../../test/fake-remote.ts";
import type { ByteRange } from "@rangecast/http";
import { CREDIT_BYTES, MAX_CHUNK_BYTES, MAX_UNANSWERED_PINGS } from "../../shared/limits.ts";
import { createTypedPort } from "../../shared/ports/typed-port.ts";
import type { BodyToSource, SourceToBody } from "../../shared/messages/worker-messages.ts";
import { createBody } from "../../worker/body.ts";
import { BlockCache } from "./block-cache.ts";
import { readRange } from "./read-range.ts";
import { serveResponse } from "./serve-response.ts";

const facts = { name: "film.mp4", size: 3_000_000 };

/** Both ends of a response as they meet in the browser, over a real MessageChannel. */
function openResponse(range: ByteRange, remote = createFakeRemote()) {
  const { port1, port2 } = new MessageChannel();
  let taken = 0;
  const served = serveResponse({
    port: createTypedPort(port1),
    facts,
    read: (asked, signal) =>
      readRange({ stream: (options) => remote.stream(options), cache: new BlockCache() }, { range: asked, remember: false, signal }),
    onTaken: (bytes) => (taken += bytes),
  });
  const worker = createTypedPort<BodyToSource, SourceToBody>(port2);
  const body = createBody({ port: worker, range, pageGone: new AbortController().signal, onEnd: () => undefined });
  return { served, remote, body, worker, taken: () => taken };
}

test("all bytes arrive, in order, and it ends as done when all were taken", async () => {
  const { served, body, taken } = openResponse({ start: 1000, end: 3_000_000 });
  const bytes = Buffer.from(await new Response(body).arrayBuffer());
  expect(bytes.equals(fakeBytes(1000, 3_000_000))).toBe(true);
  expect(await served.ended).toEqual({ kind: "done" });
  expect(taken()).toBe(2_999_000);
});

test("the host isn't asked for more than the credit and one message while nobody reads", async () => {
  const { remote, body, served } = openResponse({ start: 0, end: 3_000_000 });
  await vi.waitFor(() => expect(remote.streams[0]?.sent).toBeGreaterThanOrEqual(CREDIT_BYTES));
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(remote.streams[0]?.sent).toBeLessThanOrEqual(CREDIT_BYTES + 2 * MAX_CHUNK_BYTES);
  await body.cancel();
  await served.ended;
});

test("a reader that leaves cancels the host's stream", async () => {
  const { remote, body, served } = openResponse({ start: 0, end: 3_000_000 });
  const reader = body.getReader();
  await reader.read();
  await reader.cancel();
  expect(await served.ended).toEqual({ kind: "cancelled" });
  expect(remote.streams).toMatchObject([{ state: "cancelled" }]);
});

test("if bytes don't arrive the body fails, and the page gets the error", async () => {
  const remote = createFakeRemote();
  remote.failAt(100_000, "unreadable");
  const { body, served } = openResponse({ start: 0, end: 3_000_000 }, remote);
  await expect(new Response(body).arrayBuffer()).rejects.toThrow("can't get the rest");
  expect(await served.ended).toMatchObject({ kind: "failed", error: { reason: "unreadable" } });
});

describe("a worker that stopped answering", () => {
  test("ends the response, and the host's stream with it", async () => {
    const { remote, body, served, worker } = openResponse({ start: 0, end: 3_000_000 });
    await body.getReader().read();
    worker.listen(() => undefined);
    for (let sent = 0; sent <= MAX_UNANSWERED_PINGS; sent++) served.ping();
    expect(await served.ended).toEqual({ kind: "dead" });
    await vi.waitFor(() => expect(remote.streams).toMatchObject([{ state: "cancelled" }]));
  });

  test("is not assumed if it answers late", async () => {
    const { body, served } = openResponse({ start: 0, end: 3_000_000 });
    const end = vi.fn<(how: unknown) => void>();
    void served.ended.then(end);
    for (let sent = 0; sent < 3 * MAX_UNANSWERED_PINGS; sent++) {
      served.ping();
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(end).not.toHaveBeenCalled();
    await body.cancel();
  });
});

describe("C-17: an open-ended range", () => {
  const openEnded = { start: 0, end: Infinity };

  test("gives all bytes up to the file's end, and is done when all were taken", async () => {
    const { served, body, taken } = openResponse(openEnded);
    const bytes = Buffer.from(await new Response(body).arrayBuffer());
    expect(bytes.equals(fakeBytes(0, 3_000_000))).toBe(true);
    expect(await served.ended).toEqual({ kind: "done" });
    expect(taken()).toBe(3_000_000);
  });

  test("errors if bytes don't arrive: it never ends short", async () => {
    const remote = createFakeRemote();
    remote.failAt(100_000, "closed");
    const { body, served } = openResponse(openEnded, remote);
    await expect(new Response(body).arrayBuffer()).rejects.toThrow("can't get the rest");
    expect(await served.ended).toMatchObject({ kind: "failed" });
  });
});
