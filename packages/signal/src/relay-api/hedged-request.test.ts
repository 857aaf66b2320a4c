import { getEventListeners } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { HEDGE_AFTER_MS, hedgeRequest, MAX_REQUESTS } from "./hedged-request.ts";

interface Question {
  readonly signal: AbortSignal;
  readonly answer: (text: string) => void;
  readonly fail: (error: Error) => void;
}

let questions: Question[];
const ask = (signal: AbortSignal): Promise<string> =>
  new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error));
    questions.push({ signal, answer: resolve, fail: reject });
  });
const stop = new AbortController();

beforeEach(() => {
  questions = [];
  vi.useFakeTimers();
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  expect(getEventListeners(stop.signal, "abort")).toEqual([]);
  vi.useRealTimers();
});

test("a fast response needs one request", async () => {
  const asking = hedgeRequest(stop.signal, ask);
  await vi.advanceTimersByTimeAsync(HEDGE_AFTER_MS - 1);
  questions[0]?.answer("here");
  expect(await asking).toBe("here");
  expect(questions).toHaveLength(1);
});

test.each([
  ["the one that was asked last", 2],
  ["the one that was only slow", 0],
])("the first response is used, and the other requests are aborted: %s", async (_name, index) => {
  const asking = hedgeRequest(stop.signal, ask);
  await vi.advanceTimersByTimeAsync(2 * HEDGE_AFTER_MS);
  questions[index]?.answer("here");
  expect(await asking).toBe("here");
  expect(questions.map(({ signal }) => signal.aborted)).toEqual([true, true, true]);
});

test("no more than five requests are sent, however long it takes", async () => {
  const asking = hedgeRequest(stop.signal, ask);
  await vi.advanceTimersByTimeAsync(60_000);
  expect([questions.length, vi.getTimerCount()]).toEqual([MAX_REQUESTS, 0]);
  questions[4]?.answer("here");
  expect(await asking).toBe("here");
});

test("a failure is a result, too", async () => {
  const asking = hedgeRequest(stop.signal, ask);
  const refused = expect(asking).rejects.toThrow("no");
  await vi.advanceTimersByTimeAsync(HEDGE_AFTER_MS);
  questions[0]?.fail(new Error("no"));
  await refused;
});

test("an abort ends all requests with the signal's reason, and an aborted signal sends none", async () => {
  const own = new AbortController();
  const asking = hedgeRequest(own.signal, ask);
  const ended = expect(asking).rejects.toThrow("enough");
  await vi.advanceTimersByTimeAsync(HEDGE_AFTER_MS);
  own.abort(new Error("enough"));
  await ended;
  await expect(hedgeRequest(own.signal, ask)).rejects.toThrow("enough");
  expect(questions).toHaveLength(2);
});
