import { SignalError } from "@rangecast/signal";
import { expect, test } from "vitest";
import {
  ANSWER_WAIT_MS,
  CHANNEL_WAIT_MS,
  clientState,
  ENDED_LINGER_MS,
  INITIAL_STATE,
  nextStep,
  type SessionEvent,
  type SessionState,
  SIGNAL_LINGER_MS,
} from "./session-state.ts";

const end = { reason: "host-stopped", message: "bye" } as const;
const ended: SessionState = { name: "ended", end };
const waiting: SessionState = { name: "waiting", hostGathered: false };
const verifying: SessionState = { name: "verifying", hostGathered: false };
const connecting: SessionState = { name: "connecting", hostGathered: false };
const open: SessionState = { name: "open" };
const restarting = (step: "offering" | "waiting" | "verifying" | "accepting"): SessionState => ({
  name: "restarting",
  step,
  candidates: [],
});
const STATES = [INITIAL_STATE, waiting, verifying, connecting, open, restarting("waiting")];
const message = (payload: string) => ({ type: "candidate", payload }) as const;

const EVENTS: SessionEvent[] = [
  { type: "offer-posted" },
  { type: "local-candidate", message: message("ours") },
  { type: "answer", payload: "" },
  { type: "answer-verified", sdp: "" },
  { type: "candidate", payload: "" },
  { type: "candidate-end" },
  { type: "bye", payload: "" },
  { type: "relay-lost", error: new SignalError("not-found", "404") },
  { type: "restart" },
  { type: "restart-offered", payload: "" },
  { type: "restart-accepted" },
  { type: "greeted" },
  { type: "disconnected" },
  { type: "deadline" },
  { type: "failed", error: new Error("a fault") },
  { type: "ended", end: { reason: "timeout", message: "later" } },
];

const after = (state: SessionState, ...events: SessionEvent[]): SessionState =>
  events.reduce((before, event) => nextStep(before, event).state, state);

test("a session goes from offering over connecting to open", () => {
  const path: SessionEvent[] = [
    { type: "offer-posted" },
    { type: "answer", payload: "sealed" },
    { type: "answer-verified", sdp: "sdp" },
    { type: "greeted" },
  ];
  const states = path.map((_, index) => after(INITIAL_STATE, ...path.slice(0, index + 1)));
  expect(states.map(({ name }) => name)).toEqual(["waiting", "verifying", "connecting", "open"]);
  expect(states.map((state) => clientState(state).phase)).toEqual(["offering", "offering", "connecting", "open"]);
  expect(nextStep(waiting, { type: "answer", payload: "sealed" }).effects).toEqual([{ do: "verify-answer", payload: "sealed" }]);
  expect(nextStep(verifying, { type: "answer-verified", sdp: "sdp" }).effects).toEqual([
    { do: "start-deadline", ms: CHANNEL_WAIT_MS },
    { do: "accept-answer", sdp: "sdp" },
  ]);
});

test("local candidates wait for the offer to be posted, and are capped", () => {
  let state: SessionState = INITIAL_STATE;
  for (let count = 0; count < 1000; count += 1) state = after(state, { type: "local-candidate", message: message(`${count}`) });
  const { effects } = nextStep(state, { type: "offer-posted" });
  expect(effects).toHaveLength(130);
  expect(effects[0]).toEqual({ do: "start-deadline", ms: ANSWER_WAIT_MS });
  expect(effects[1]).toEqual({ do: "post", message: message("0") });
  expect(effects.at(-1)).toEqual({ do: "read-signals" });
});

test.each(STATES)("an end in state $name ends it, with its reason", (state) => {
  const step = nextStep(state, { type: "ended", end });
  expect(step.state).toEqual(ended);
  expect(clientState(step.state)).toEqual({ phase: "closed", ...end });
  expect(step.effects).toEqual([{ do: "end", end, error: expect.objectContaining({ name: "ClientError", ...end }) }]);
});

test("an ended session stays so, with its first reason, and has no effects", () => {
  for (const event of EVENTS) expect(nextStep(ended, event)).toEqual({ state: ended, effects: [] });
});

test("an open session is ended only by its channel, its transport or its owner; also while ICE restarts", () => {
  for (const event of EVENTS) {
    const otherwise = event.type === "restart" ? "restarting" : "open";
    expect(after(open, event).name).toBe(event.type === "ended" ? "ended" : otherwise);
    for (const step of ["offering", "waiting", "verifying", "accepting"] as const) {
      expect(after(restarting(step), event).name).toMatch(event.type === "ended" ? /^ended$/u : /^(open|restarting)$/u);
    }
  }
});

test("X-11: a restart is an offer, an answer and candidates once more, and the session stays open meanwhile", () => {
  const path: SessionEvent[] = [
    { type: "restart" },
    { type: "local-candidate", message: message("ours") },
    { type: "restart-offered", payload: "again" },
    { type: "answer", payload: "sealed" },
    { type: "answer-verified", sdp: "sdp" },
    { type: "restart-accepted" },
  ];
  const steps = path.map((event, index) => nextStep(after(open, ...path.slice(0, index)), event));
  expect(steps.map(({ state }) => clientState(state).phase)).toEqual(Array(path.length).fill("open"));
  expect(steps.map(({ effects }) => effects)).toEqual([
    [{ do: "offer-restart" }],
    [],
    [{ do: "post", message: { type: "offer", payload: "again" } }, { do: "post", message: message("ours") }, { do: "read-signals" }],
    [{ do: "verify-answer", payload: "sealed" }],
    [{ do: "accept-restart", sdp: "sdp" }],
    [
      { do: "linger", ms: SIGNAL_LINGER_MS },
      { do: "report-restart", negotiated: true },
    ],
  ]);
});

test("X-11: a restart that fails leaves the session as it was; after a wrong answer the right one may follow", () => {
  const failed: SessionEvent = { type: "failed", error: new Error("it can't") };
  expect(after(restarting("verifying"), failed)).toEqual(restarting("waiting"));
  const lost: SessionEvent = { type: "relay-lost", error: new SignalError("not-found", "404") };
  for (const [step, event] of [
    ["offering", failed],
    ["waiting", failed],
    ["accepting", failed],
    ["waiting", lost],
    ["verifying", lost],
  ] as const) {
    expect(nextStep(restarting(step), event)).toEqual({
      state: open,
      effects: [
        { do: "linger", ms: ENDED_LINGER_MS },
        { do: "report-restart", negotiated: false },
      ],
    });
  }
});

test("X-11: another restart starts over, unless the offer of the last one is still being made", () => {
  expect(nextStep(restarting("offering"), { type: "restart" }).effects).toEqual([]);
  for (const step of ["waiting", "verifying", "accepting"] as const) {
    expect(nextStep(restarting(step), { type: "restart" })).toEqual({ state: restarting("offering"), effects: [{ do: "offer-restart" }] });
  }
});

test("a relay that is lost ends a session only while the answer is missing", () => {
  const lost: SessionEvent = { type: "relay-lost", error: new SignalError("not-found", "404") };
  expect(after(waiting, lost)).toMatchObject({ name: "ended", end: { reason: "timeout" } });
  for (const state of [verifying, connecting, open]) expect(after(state, lost)).toBe(state);
});

test("the event stream is kept for a shorter time if the host has no more candidates", () => {
  const greeted: SessionEvent = { type: "greeted" };
  const linger = (state: SessionState): unknown => nextStep(state, greeted).effects.at(-1);
  expect(linger(connecting)).toEqual({ do: "linger", ms: SIGNAL_LINGER_MS });
  expect(linger(after(connecting, { type: "candidate-end" }))).toEqual({ do: "linger", ms: ENDED_LINGER_MS });
  expect(nextStep(open, { type: "candidate-end" }).effects).toEqual([{ do: "linger", ms: ENDED_LINGER_MS }]);
});

test("a fault of our own ends a session that is not open, and is what opening it fails with", () => {
  const error = new TypeError("ours");
  expect(nextStep(connecting, { type: "failed", error })).toEqual({
    state: { name: "ended", end: { reason: "closed", message: "an internal error" } },
    effects: [{ do: "end", end: { reason: "closed", message: "an internal error" }, error }],
  });
});
