import { expect, test } from "vitest";
import { refuseSession, resolveLimits } from "./daemon-limits.ts";

const limits = resolveLimits({ sessions: 6, sessionsPerShare: 4, pendingSessions: 3, pendingPerShare: 2 });
const sessions = (...list: string[]): { shareId: string; open: boolean }[] =>
  list.map((text) => ({ shareId: text.charAt(0), open: text.endsWith("+") }));

test.each<[string, string[], string | undefined]>([
  ["the first", [], undefined],
  ["one below every limit", ["a+", "a+", "a", "b", "b+"], undefined],
  ["one over all sessions", ["b+", "b+", "b+", "c+", "c+", "c+"], "too-many-sessions"],
  ["one over its share's sessions", ["a+", "a+", "a+", "a+"], "too-many-sessions-of-share"],
  ["one over its share's pending", ["a", "a"], "too-many-pending-of-share"],
  ["one over all pending", ["b", "b", "c"], "too-many-pending"],
])("%s", (_what, list, refusal) => {
  expect(refuseSession(sessions(...list), "a", limits)).toBe(refusal);
});
