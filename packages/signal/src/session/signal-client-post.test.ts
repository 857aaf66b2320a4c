import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Call, fakeFetch, hang, json, networkFailure, ok } from "../../test/fake-fetch.ts";
import { PATIENCE_MS } from "../relay-api/retry.ts";
import { MAX_WAITING_POSTS } from "./post-queue.ts";
import { ANSWER_TIMEOUT_MS } from "../relay-api/relay-request.ts";
import { createSignalClient, type SignalClient, type SignalClientOptions } from "./signal-client.ts";
import type { SignalError } from "../relay-api/signal-error.ts";

const base = { base: "https://relay.example/prefix/", sessionId: "s/1", key: "KEY", side: "browser" } as const;
const client = (options: Partial<SignalClientOptions> & { fetch: typeof fetch }): SignalClient =>
  createSignalClient({ ...base, ...options });
const candidate = (payload: string) => ({ type: "candidate", payload }) as const;
const payloads = (calls: Call[]): unknown[] => calls.map(({ body }) => (body as { payload: string }).payload);

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test("S-1: a post is exactly the protocol's request", async () => {
  const { fetch, calls } = fakeFetch(ok);
  await client({ fetch }).post({ type: "candidate-end", payload: "" });
  expect(calls).toHaveLength(1);
  const [{ url, method, headers, body }] = calls as [Call];
  expect({ url, method, body }).toEqual({
    url: "https://relay.example/prefix/api/internal/stream/signal/s%2F1",
    method: "POST",
    body: { from: "browser", type: "candidate-end", payload: "" },
  });
  expect(Object.fromEntries(headers)).toEqual({ authorization: "Bearer KEY", "content-type": "application/json" });
});

test.each(["", ".", ".."])("a session id %j, which would change the path, throws a RangeError", (sessionId) => {
  expect(() => client({ fetch, sessionId })).toThrow(RangeError);
});

test("S-4: posts go one at a time and in order", async () => {
  const open: (() => void)[] = [];
  const { fetch, calls } = fakeFetch(() => new Promise((resolve) => open.push(() => resolve(ok()))));
  const signals = client({ fetch });
  const posts = ["a", "b", "c"].map((payload) => signals.post(candidate(payload)));
  for (let count = 1; count <= posts.length; count += 1) {
    await vi.advanceTimersByTimeAsync(1);
    expect(calls).toHaveLength(count);
    open[count - 1]?.();
  }
  await Promise.all(posts);
  expect(payloads(calls)).toEqual(["a", "b", "c"]);
});

describe("a temporary failure is retried, and the order is kept", () => {
  test.each([
    ["a network failure", networkFailure],
    ["500", () => json({}, 500)],
    ["502 with a page", () => new Response("<html>", { status: 502 })],
    ["408", () => json({}, 408)],
    ["429", () => json({}, 429)],
    ["a page instead of a confirmation", () => new Response("<html>sign in</html>")],
    ["a confirmation with ok: false", () => json({ ok: false })],
    ["a relay that never responds", hang],
    ["an answer without an end", () => new Response(new ReadableStream({}), { status: 200 })],
  ])("%s", async (_name, failure) => {
    const { fetch, calls } = fakeFetch((_call, index) => (index < 2 ? failure() : ok()));
    const troubles: SignalError[] = [];
    const signals = client({ fetch, onTrouble: (error) => troubles.push(error) });
    const posts = Promise.all([signals.post(candidate("a")), signals.post(candidate("b"))]);
    await vi.advanceTimersByTimeAsync(2 * ANSWER_TIMEOUT_MS + 5000);
    await posts;
    expect(payloads(calls)).toEqual(["a", "a", "a", "b"]);
    expect(troubles).toHaveLength(2);
  });

  test("S-2: after about 1 s, and then with growing waits", async () => {
    const at: number[] = [];
    const { fetch } = fakeFetch(() => {
      at.push(performance.now());
      return networkFailure();
    });
    const controller = new AbortController();
    const post = client({ fetch }).post(candidate("a"), { signal: controller.signal });
    await Promise.all([
      vi.advanceTimersByTimeAsync(200_000).then(() => controller.abort(new Error("enough"))),
      expect(post).rejects.toThrow("enough"),
    ]);
    const waits = at.slice(1).map((time, index) => time - (at[index] ?? 0));
    [1000, 2000, 4000, 8000, 15_000, 15_000, 15_000].forEach((wait, index) => {
      expect(waits[index]).toBeGreaterThanOrEqual(0.75 * wait);
      expect(waits[index]).toBeLessThanOrEqual(1.25 * wait);
    });
  });

  test("Retry-After is followed, up to a minute", async () => {
    const { fetch, calls } = fakeFetch(
      (_call, index) => [json({}, 429, { "retry-after": "20" }), json({}, 429, { "retry-after": "86400" }), ok()][index] ?? ok(),
    );
    const post = client({ fetch }).post(candidate("a"));
    await vi.advanceTimersByTimeAsync(19_000);
    expect(calls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(calls).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(60_000);
    await post;
  });
});

test.each([
  [401, "unauthorized"],
  [403, "forbidden"],
  [404, "not-found"],
  [409, "conflict"],
  [400, "refused"],
  [413, "refused"],
])("S-4: %i rejects at once with %j, and the next post is sent", async (status, reason) => {
  const { fetch, calls } = fakeFetch((_call, index) => (index === 0 ? json({ error: "some-word", message: "…" }, status) : ok()));
  const signals = client({ fetch });
  const first = signals.post(candidate("a"));
  const second = signals.post(candidate("b"));
  await expect(first).rejects.toMatchObject({ name: "SignalError", reason, status, detail: "some-word" });
  await second;
  expect(payloads(calls)).toEqual(["a", "b"]);
});

test("a response that is not the relay's JSON gives no detail", async () => {
  const { fetch } = fakeFetch(() => json({ error: "Some <b>text</b>" }, 400));
  const error = (await client({ fetch })
    .post(candidate("a"))
    .catch((caught: unknown) => caught)) as SignalError;
  expect(error.detail).toBeUndefined();
  expect(error.message).not.toContain("<b>");
});

test("the queue is capped by count; however many posts wait, their signal has one listener", async () => {
  const { fetch, calls } = fakeFetch((_call, index) => (index === 0 ? hang() : ok()));
  const controller = new AbortController();
  const listen = vi.spyOn(controller.signal, "addEventListener");
  const signals = client({ fetch });
  const posts = Array.from({ length: MAX_WAITING_POSTS }, () =>
    signals.post(candidate("a"), { signal: controller.signal }).catch((error: unknown) => error),
  );
  await expect(signals.post(candidate("one too many"))).rejects.toMatchObject({ reason: "queue-full" });
  expect(listen).toHaveBeenCalledTimes(1);
  controller.abort(new Error("enough"));
  expect(new Set(await Promise.all(posts))).toEqual(new Set([new Error("enough")]));
  expect(calls).toHaveLength(1);
  await signals.post(candidate("room again"));
});

test("the queue is capped by size, and has space again after a post", async () => {
  let confirm: () => void = () => undefined;
  const { fetch } = fakeFetch((_call, index) => (index === 0 ? new Promise((resolve) => (confirm = () => resolve(ok()))) : ok()));
  const signals = client({ fetch });
  const half = "x".repeat(600 * 1024);
  const first = signals.post(candidate(half));
  await expect(signals.post(candidate(half))).rejects.toMatchObject({ reason: "queue-full" });
  await vi.advanceTimersByTimeAsync(0);
  confirm();
  await first;
  await signals.post(candidate(half));
});

describe("a signal", () => {
  test("that is already aborted: nothing is posted", async () => {
    const { fetch, calls } = fakeFetch(ok);
    await expect(client({ fetch }).post(candidate("a"), { signal: AbortSignal.abort(new Error("before")) })).rejects.toThrow("before");
    expect(calls).toHaveLength(0);
  });

  test("that aborts the current post ends the request, and the next one is sent", async () => {
    const { fetch, calls } = fakeFetch((_call, index) => (index === 0 ? hang() : ok()));
    const controller = new AbortController();
    const signals = client({ fetch });
    const first = signals.post(candidate("a"), { signal: controller.signal });
    const second = signals.post(candidate("b"));
    await vi.advanceTimersByTimeAsync(1);
    controller.abort(new Error("enough"));
    await expect(first).rejects.toThrow("enough");
    await second;
    expect(calls[0]?.signal?.aborted).toBe(true);
    expect(payloads(calls)).toEqual(["a", "b"]);
  });

  test("that aborts a waiting post leaves the others in order", async () => {
    const { fetch, calls } = fakeFetch((_call, index) => (index === 0 ? networkFailure() : ok()));
    const controller = new AbortController();
    const signals = client({ fetch });
    const first = signals.post(candidate("a"));
    const second = signals.post(candidate("b"), { signal: controller.signal });
    const third = signals.post(candidate("c"));
    await vi.advanceTimersByTimeAsync(1);
    controller.abort(new Error("enough"));
    await expect(second).rejects.toThrow("enough");
    expect(payloads(calls)).toEqual(["a"]);
    await vi.advanceTimersByTimeAsync(2000);
    await Promise.all([first, third]);
    expect(payloads(calls)).toEqual(["a", "a", "c"]);
  });

  test("that aborts during the wait before a retry ends it", async () => {
    const { fetch, calls } = fakeFetch(networkFailure);
    const controller = new AbortController();
    const post = client({ fetch }).post(candidate("a"), { signal: controller.signal });
    await vi.advanceTimersByTimeAsync(10);
    controller.abort(new Error("enough"));
    await expect(post).rejects.toThrow("enough");
    expect(calls).toHaveLength(1);
  });
});

test.each([
  ["that fails", networkFailure],
  ["that hangs", hang],
])("without a signal a post to a relay %s, and all posts after it, fail at the time limit", async (_name, answer) => {
  const { fetch } = fakeFetch(answer);
  const signals = client({ fetch });
  const outcomes: unknown[] = [];
  for (let count = 0; count < 20; count += 1) signals.post(candidate("a")).catch((error: unknown) => outcomes.push(error));
  await vi.advanceTimersByTimeAsync(PATIENCE_MS + ANSWER_TIMEOUT_MS);
  expect(outcomes).toHaveLength(20);
  for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: "unreachable" });
});

test("a response that arrives after the abort is cancelled", async () => {
  let answer: (response: Response) => void = () => undefined;
  const { fetch } = fakeFetch((_call, index) => (index === 0 ? new Promise((resolve) => (answer = resolve)) : ok()));
  const post = client({ fetch }).post(candidate("a"));
  await vi.advanceTimersByTimeAsync(ANSWER_TIMEOUT_MS + 2000);
  await post;
  let cancelled = false;
  answer(new Response(new ReadableStream({ cancel: () => void (cancelled = true) })));
  await vi.advanceTimersByTimeAsync(1);
  expect(cancelled).toBe(true);
});
