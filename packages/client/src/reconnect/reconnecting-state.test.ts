import { expect, test } from "vitest";
import { ClientError } from "../client-error.ts";
import { FIRST_STATE, type ReconnectingEvent, type ReconnectingState, nextReconnectingState } from "./reconnecting-state.ts";

const error = new ClientError("host-offline", "away");
const other = new ClientError("no-connection", "lost");

const states: Record<string, ReconnectingState> = {
  connecting: { phase: "connecting", step: "offering", attempt: 2, after: error },
  waiting: { phase: "waiting", attempt: 2, error, retryAtMs: 5 },
  connected: { phase: "connected" },
  suspect: { phase: "suspect", suspicion: "silent", beside: undefined },
  "suspect+connecting": {
    phase: "suspect",
    suspicion: "silent",
    beside: { phase: "connecting", step: "offering", attempt: 2, after: error },
  },
  "suspect+waiting": { phase: "suspect", suspicion: "silent", beside: { phase: "waiting", attempt: 2, error, retryAtMs: 5 } },
  ended: { phase: "ended", error },
};

const events: ReconnectingEvent[] = [
  { type: "trying", step: "connecting", attempt: 3 },
  { type: "failed", error: other, attempt: 3, retryAtMs: 9 },
  { type: "greeted" },
  { type: "suspected", suspicion: "renew" },
  { type: "cleared" },
  { type: "lost", error: other, attempt: 0, retryAtMs: 7 },
  { type: "ended", error: other },
];

/** A short text for a state. */
function short(state: ReconnectingState): string {
  switch (state.phase) {
    case "connecting":
      return `${state.step} ${state.attempt} after ${state.after?.reason}`;
    case "waiting":
      return `waiting ${state.attempt} ${state.error.reason} until ${state.retryAtMs}`;
    case "connected":
      return "connected";
    case "suspect":
      return `${state.suspicion}${state.beside === undefined ? "" : ` + ${short(state.beside)}`}`;
    case "ended":
      return `ended ${state.error.reason}`;
  }
}

const ENDED = "ended no-connection";
const TRYING = "connecting 3 after host-offline";
const WAITING = "waiting 3 no-connection until 9";

test.each([
  ["connecting", [TRYING, WAITING, "connected", "=", "=", "=", ENDED]],
  ["waiting", [TRYING, WAITING, "connected", "=", "=", "=", ENDED]],
  ["connected", ["=", "=", "=", "renew", "=", "waiting 0 no-connection until 7", ENDED]],
  [
    "suspect",
    [
      "silent + connecting 3 after undefined",
      `silent + ${WAITING}`,
      "connected",
      "renew",
      "connected",
      "waiting 0 no-connection until 7",
      ENDED,
    ],
  ],
  [
    "suspect+connecting",
    [
      `silent + ${TRYING}`,
      `silent + ${WAITING}`,
      "connected",
      "renew + offering 2 after host-offline",
      "connected",
      "offering 2 after no-connection",
      ENDED,
    ],
  ],
  [
    "suspect+waiting",
    [
      `silent + ${TRYING}`,
      `silent + ${WAITING}`,
      "connected",
      "renew + waiting 2 host-offline until 5",
      "connected",
      "waiting 2 host-offline until 5",
      ENDED,
    ],
  ],
  ["ended", ["=", "=", "=", "=", "=", "=", "="]],
])("the state after each event in %s", (name, expected) => {
  const now = states[name] ?? FIRST_STATE;
  const next = events.map((event) => nextReconnectingState(now, event));
  expect(next.map((state) => (state === now ? "=" : short(state)))).toEqual(expected);
});

test("an event that changes nothing returns the same object", () => {
  const trying: ReconnectingEvent = { type: "trying", step: "offering", attempt: 2 };
  for (const name of ["connecting", "suspect+connecting"]) {
    const now = states[name] ?? FIRST_STATE;
    expect(nextReconnectingState(now, trying)).toBe(now);
  }
  const suspect = states["suspect"] ?? FIRST_STATE;
  expect(nextReconnectingState(suspect, { type: "suspected", suspicion: "silent" })).toBe(suspect);
});
