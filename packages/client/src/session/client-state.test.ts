import { expect, test } from "vitest";
import { type ClientEvent, type ClientState, nextClientState, StateTracker } from "./client-state.ts";
import { type RangeChannelEvent, type RangeChannelState, nextRangeChannelState } from "../channel/range-channel-state.ts";

const ended = { type: "ended", reason: "host-stopped", message: "bye" } as const;
const closed = { phase: "closed", reason: "host-stopped", message: "bye" } as const;

test("a file goes from joining over offering and connecting to open", () => {
  const events: ClientEvent[] = [{ type: "joined" }, { type: "answered" }, { type: "greeted" }];
  const phases = events.reduce<ClientState[]>(
    (states, event) => [...states, nextClientState(states.at(-1) ?? { phase: "joining" }, event)],
    [],
  );
  expect(phases.map(({ phase }) => phase)).toEqual(["offering", "connecting", "open"]);
});

test.each(["joining", "offering", "connecting", "open"] as const)("an end in phase %s closes, with its reason", (phase) => {
  expect(nextClientState({ phase }, ended)).toEqual(closed);
});

test("closed is for good, and its first reason stays", () => {
  const events: ClientEvent[] = [{ type: "joined" }, { type: "answered" }, { type: "greeted" }, { ...ended, reason: "timeout" }];
  for (const event of events) expect(nextClientState(closed, event)).toBe(closed);
});

test("events that come out of turn change nothing", () => {
  const open: ClientState = { phase: "open" };
  expect(nextClientState(open, { type: "answered" })).toBe(open);
  expect(nextClientState(open, { type: "greeted" })).toBe(open);
  const joining: ClientState = { phase: "joining" };
  expect(nextClientState(joining, { type: "greeted" })).toBe(joining);
});

test("a tracker tells the first state and each change, and nothing else", () => {
  const told: string[] = [];
  const tracker = new StateTracker({ phase: "offering" }, ({ phase }) => told.push(phase));
  tracker.take({ type: "answered" });
  tracker.take({ type: "answered" });
  tracker.take(ended);
  tracker.take(ended);
  expect(told).toEqual(["offering", "connecting", "closed"]);
  expect(tracker.state).toEqual(closed);
});

test("a channel goes from opening over greeting to open, may be leaving, and closes from everywhere", () => {
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
