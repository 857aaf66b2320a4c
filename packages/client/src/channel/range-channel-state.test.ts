import { expect, test } from "vitest";
import { nextRangeChannelState, type RangeChannelEvent, type RangeChannelState } from "./range-channel-state.ts";

const ended = { type: "ended", reason: "host-stopped", message: "bye" } as const;
const closed = { phase: "closed", reason: "host-stopped", message: "bye" } as const;

test("a range channel goes from opening over greeting to open, may be leaving, and closes from everywhere", () => {
  const opening: RangeChannelState = { phase: "opening" };
  const greeting = nextRangeChannelState(opening, { type: "opened" });
  const open = nextRangeChannelState(greeting, { type: "hello" });
  const leaving = nextRangeChannelState(open, { type: "stopping" });
  expect([greeting, open, leaving].map(({ phase }) => phase)).toEqual(["greeting", "open", "leaving"]);
  for (const state of [opening, greeting, open, leaving]) expect(nextRangeChannelState(state, ended)).toEqual(closed);
  const events: RangeChannelEvent[] = [{ type: "opened" }, { type: "hello" }, { type: "stopping" }, ended];
  for (const event of events) expect(nextRangeChannelState(closed, event)).toBe(closed);
  expect(nextRangeChannelState(open, { type: "hello" })).toBe(open);
  expect(nextRangeChannelState(opening, { type: "hello" })).toBe(opening);
});
