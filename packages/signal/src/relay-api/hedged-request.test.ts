import { getEventListeners } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ASK_AGAIN_MS, askAgain, MAX_QUESTIONS } from "./ask-again.ts";

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

test("an answer in time is asked for once", async () => {
  const asking = askAgain(stop.signal, ask);
  await vi.advanceTimersByTimeAsync(ASK_AGAIN_MS - 1);
  questions[0]?.answer("here");
  expect(await asking).toBe("here");
  expect(questions).toHaveLength(1);
});

test.each([
  ["the one that was asked last", 2],
  ["the one that was only slow", 0],
])("the first answer counts, and the other questions are given up: %s", async (_name, index) => {
  const asking = askAgain(stop.signal, ask);
  await vi.advanceTimersByTimeAsync(2 * ASK_AGAIN_MS);
  questions[index]?.answer("here");
  expect(await asking).toBe("here");
  expect(questions.map(({ signal }) => signal.aborted)).toEqual([true, true, true]);
});

test("no more than five are asked, however long it takes", async () => {
  const asking = askAgain(stop.signal, ask);
  await vi.advanceTimersByTimeAsync(60_000);
  expect([questions.length, vi.getTimerCount()]).toEqual([MAX_QUESTIONS, 0]);
  questions[4]?.answer("here");
  expect(await asking).toBe("here");
});

test("a failure is an outcome, too", async () => {
  const asking = askAgain(stop.signal, ask);
  const refused = expect(asking).rejects.toThrow("no");
  await vi.advanceTimersByTimeAsync(ASK_AGAIN_MS);
  questions[0]?.fail(new Error("no"));
  await refused;
});

test("a signal that aborts ends all questions, with its reason, and one that has aborted has none asked", async () => {
  const own = new AbortController();
  const asking = askAgain(own.signal, ask);
  const ended = expect(asking).rejects.toThrow("enough");
  await vi.advanceTimersByTimeAsync(ASK_AGAIN_MS);
  own.abort(new Error("enough"));
  await ended;
  await expect(askAgain(own.signal, ask)).rejects.toThrow("enough");
  expect(questions).toHaveLength(2);
});
