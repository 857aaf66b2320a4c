import { expect, test } from "vitest";
import { RecentEvents } from "./recent-events.ts";

test("the same id with the same data was seen; another id, other data or no id was not", () => {
  const recent = new RecentEvents();
  expect(recent.seen("1", "abc")).toBe(false);
  expect(recent.seen("1", "abc")).toBe(true);
  expect(recent.seen("2", "abc")).toBe(false);
  expect(recent.seen("1", "abd")).toBe(false);
  expect([recent.seen("", "abc"), recent.seen("", "abc")]).toEqual([false, false]);
});

test("only the last 1,024 are remembered", () => {
  const recent = new RecentEvents();
  for (let id = 1; id <= 1025; id += 1) expect(recent.seen(String(id), "")).toBe(false);
  expect(recent.seen("2", "")).toBe(true);
  expect(recent.seen("1", "")).toBe(false);
});
