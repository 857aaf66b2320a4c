import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Consent } from "./consent.ts";

const SECOND = 1000;
let events: string[];
let checks: number[];
let answers: boolean;
let consent: Consent;

beforeEach(() => {
  vi.useFakeTimers();
  [events, checks, answers] = [[], [], true];
  consent = new Consent({
    check: async () => {
      checks.push(performance.now());
      if (!answers) throw new Error("no answer");
    },
    onSilent: () => events.push("silent"),
    onHeard: () => events.push("heard"),
    onExpired: () => events.push("expired"),
  });
  consent.start();
});
afterEach(() => {
  consent.stop();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test("checks are sent every 4 to 6 s, and while they are answered nothing happens", async () => {
  await vi.advanceTimersByTimeAsync(600 * SECOND);
  const intervals = checks.slice(1).map((time, index) => time - (checks[index] ?? 0));
  expect(Math.min(...intervals)).toBeGreaterThanOrEqual(4 * SECOND);
  expect(Math.max(...intervals)).toBeLessThanOrEqual(6 * SECOND + 1);
  expect(events).toEqual([]);
});

test("a peer that never answers is silent after 8 s, and consent ends after 30 s", async () => {
  answers = false;
  await vi.advanceTimersByTimeAsync(8 * SECOND);
  expect(events).toEqual(["silent"]);
  await vi.advanceTimersByTimeAsync(22 * SECOND - 1);
  expect(events).toEqual(["silent"]);
  await vi.advanceTimersByTimeAsync(1);
  expect(events).toEqual(["silent", "expired"]);
});

test("an answer renews consent", async () => {
  answers = false;
  await vi.advanceTimersByTimeAsync(20 * SECOND);
  answers = true;
  await vi.advanceTimersByTimeAsync(7 * SECOND);
  expect(events).toEqual(["silent", "heard"]);
  answers = false;
  await vi.advanceTimersByTimeAsync(24 * SECOND);
  expect(events).not.toContain("expired");
});

test("a check of the peer ends silence, but does not renew consent", async () => {
  answers = false;
  await vi.advanceTimersByTimeAsync(10 * SECOND);
  consent.heard();
  await vi.advanceTimersByTimeAsync(20 * SECOND);
  expect(events).toEqual(["silent", "heard", "silent", "expired"]);
});

test("another path begins with fresh consent", async () => {
  answers = false;
  await vi.advanceTimersByTimeAsync(29 * SECOND);
  consent.start();
  await vi.advanceTimersByTimeAsync(29 * SECOND);
  expect(events).not.toContain("expired");
});
