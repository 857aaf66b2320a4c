import { describe, expect, test, vi } from "vitest";
import { PAGE_ANSWER_TIMEOUT_MS } from "../shared/limits.ts";
import { SAFETY_HEADERS } from "@rangecast/http";
import { createTypedPort, type TypedPort } from "../shared/ports/typed-port.ts";
import type { BodyToSource, Message, RefusedReason, SourceToBody, WorkerToPage } from "../shared/messages/worker-messages.ts";
import { type AnswerContext, answerFileRequest } from "./answer.ts";

type SourcePort = TypedPort<SourceToBody, BodyToSource>;
type Opened = Message<WorkerToPage> & { type: "open" };

const ORIGIN = "https://page.example";
const PATH = "/_rangecast/client-1/share-1/0@1/film.mp4";
const BYTES = Uint8Array.from({ length: 1000 }, (_, index) => index % 251);

/** A context with one page, which responds as the test specifies. */
function contextOf(answer: (port: SourcePort, opened: Opened) => void): AnswerContext {
  return {
    base: "/",
    findPage: async (clientId) =>
      clientId === "client-1"
        ? { post: (message, port) => answer(createTypedPort<SourceToBody, BodyToSource>(port), message as Opened) }
        : undefined,
    waitUntilGone: (_clientId, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("aborted")))),
  };
}

/** Serves `BYTES`, and records the worker's messages. */
function servingPage(received: Message<BodyToSource>[] = []) {
  return contextOf((port) => {
    port.listen((message) => {
      received.push(message);
      if (message.type !== "start") return;
      port.post({ type: "chunk", bytes: BYTES.slice(message.range.start, message.range.end) });
    });
    port.post({ type: "file", facts: { name: "film.mp4", size: BYTES.length, mediaType: "video/mp4", etag: "e" } });
  });
}

const request = (init?: RequestInit, path = PATH): Request => new Request(ORIGIN + path, init);

test("a range is served as 206 with exactly its bytes", async () => {
  const response = await answerFileRequest(request({ headers: { range: "bytes=100-199" } }), servingPage());
  expect(response.status).toBe(206);
  expect(response.headers.get("content-range")).toBe("bytes 100-199/1000");
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(BYTES.slice(100, 200));
});

test("without a range, the whole file is served", async () => {
  const response = await answerFileRequest(request(), servingPage());
  expect(response.status).toBe(200);
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(BYTES);
});

test.each([
  ["HEAD", { method: "HEAD" }, 200],
  ["an unsatisfiable range", { headers: { range: "bytes=1000-" } }, 416],
  ["another method", { method: "POST" }, 405],
])("%s: no bytes are requested from the page, which is told to cancel", async (_name, init, status) => {
  const received: Message<BodyToSource>[] = [];
  const response = await answerFileRequest(request(init), servingPage(received));
  expect(response.status).toBe(status);
  expect(await response.text()).toBe("");
  await vi.waitFor(() => expect(received).toEqual([{ type: "cancel" }]));
});

test("the page is told which resource and version is requested, and whether to save it", async () => {
  let opened: Opened | undefined;
  const context = contextOf((port, message) => {
    opened = message;
    port.post({ type: "refused", reason: "gone" });
  });
  await answerFileRequest(request(undefined, `${PATH}?download`), context);
  expect(opened).toEqual({ type: "open", share: "share-1", resource: "0", version: "1", path: "film.mp4", download: true });
});

describe("what can't be served is a status with a text, and the same safety headers as a file", () => {
  const refusing = (reason: RefusedReason) => contextOf((port) => port.post({ type: "refused", reason }));
  test.each([
    ["a URL that names no file", "/_rangecast/nonsense", servingPage(), 404],
    ["a page that is closed", "/_rangecast/other/share-1/0@1/x", servingPage(), 410],
    ["a version that was replaced", PATH, refusing("gone"), 410],
    ["a page that has no file yet", PATH, refusing("not-ready"), 503],
    ["a path that the host doesn't have", PATH, refusing("not-found"), 404],
  ])("%s", async (_name, path, context, status) => {
    const response = await answerFileRequest(request(undefined, path), context);
    expect(response.status).toBe(status);
    expect(Object.fromEntries(response.headers)).toMatchObject(
      Object.fromEntries(Object.entries(SAFETY_HEADERS).map(([name, value]) => [name.toLowerCase(), value])),
    );
  });

  test("a page that never responds", async () => {
    vi.useFakeTimers();
    try {
      const answered = answerFileRequest(
        request(),
        contextOf(() => undefined),
      );
      await vi.advanceTimersByTimeAsync(PAGE_ANSWER_TIMEOUT_MS);
      expect((await answered).status).toBe(504);
    } finally {
      vi.useRealTimers();
    }
  });
});

test("if the page is closed in the middle, the body errors", async () => {
  let goAway: () => void = () => undefined;
  const context: AnswerContext = {
    ...contextOf((port) => port.post({ type: "file", facts: { name: "a", size: 10 } })),
    waitUntilGone: () => new Promise((resolve) => (goAway = resolve)),
  };
  const response = await answerFileRequest(request(), context);
  const body = response.arrayBuffer();
  goAway();
  await expect(body).rejects.toThrow("was closed");
});
