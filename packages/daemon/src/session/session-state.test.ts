import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SessionError } from "../daemon-error.ts";
import {
  INITIAL_STATE,
  MAX_EARLY_CANDIDATES,
  MAX_RESTARTS,
  nextStep,
  type SessionEffect,
  type SessionEvent,
  type SessionEventType,
  type SessionState,
} from "./session-state.ts";
import { FakeChannel } from "@rangecast/testkit/fakes/fake-channel";

const candidate = (line: string): SessionEvent => ({ type: "candidate", candidate: { candidate: line } });
const local = (line: string): SessionEvent => ({ type: "local-candidate", candidate: { candidate: line } });
const answerMade: SessionEvent = { type: "answer-made", payload: "ANSWER", sdp: "v=0\r\na=candidate:in-answer\r\n", restartable: false };
const open: SessionEvent = { type: "channel-open", channel: new FakeChannel() };
const offer: SessionEvent = { type: "offer", payload: "OFFER" };

const samples: { readonly [Type in SessionEventType]: Extract<SessionEvent, { type: Type }> } = {
  offer: { type: "offer", payload: "OFFER" },
  candidate: { type: "candidate", candidate: { candidate: "candidate:x" } },
  bye: { type: "bye", reason: "" },
  "relay-lost": { type: "relay-lost", error: new Error("gone") },
  "answer-made": { type: "answer-made", payload: "ANSWER", sdp: "", restartable: true },
  "answer-failed": { type: "answer-failed", error: new SessionError("bad-offer", "bad") },
  "restart-answered": { type: "restart-answered", payload: "AGAIN", sdp: "" },
  "restart-failed": { type: "restart-failed", error: new Error("x") },
  "local-candidate": { type: "local-candidate", candidate: { candidate: "candidate:y" } },
  gathered: { type: "gathered" },
  "connection-disconnected": { type: "connection-disconnected" },
  "connection-failed": { type: "connection-failed" },
  "connection-closed": { type: "connection-closed" },
  "channel-open": { type: "channel-open", channel: new FakeChannel() },
  "channel-closed": { type: "channel-closed" },
  "channel-failed": { type: "channel-failed", error: new Error("x") },
  deadline: { type: "deadline" },
  stop: { type: "stop", reason: "stopped", message: "stopping" },
};

/** Runs events one after the other. */
function run(...events: SessionEvent[]): { state: SessionState; effects: SessionEffect[]; last: readonly SessionEffect[] } {
  let state = INITIAL_STATE;
  const effects: SessionEffect[] = [];
  let last: readonly SessionEffect[] = [];
  for (const event of events) {
    ({ state, effects: last } = nextStep(state, event));
    effects.push(...last);
  }
  return { state, effects, last };
}

const posts = (effects: readonly SessionEffect[]): string[] =>
  effects.flatMap((effect) => (effect.do === "post" ? [effect.message.type] : []));

describe("the offer", () => {
  test("A-1: the first is answered; later ones are ignored in every state", () => {
    expect(run(offer).last).toEqual([{ do: "answer", payload: "OFFER" }]);
    for (const before of [[offer], [offer, answerMade], [offer, answerMade, open]]) expect(run(...before, offer).last).toEqual([]);
  });
});

describe("candidates of the browser", () => {
  test("that arrive before the offer are kept in order until the answer is made", () => {
    const { last } = run(candidate("a"), candidate("b"), offer, candidate("c"), answerMade);
    expect(last.at(-1)).toEqual({ do: "add-candidates", candidates: [{ candidate: "a" }, { candidate: "b" }, { candidate: "c" }] });
  });

  test("that are kept are capped, those before the offer and those while it is answered together", () => {
    const before = Array.from({ length: MAX_EARLY_CANDIDATES }, (_, index) => candidate(`${index}`));
    expect(run(...before, candidate("one more")).last).toEqual([{ do: "skip-candidate" }]);
    expect(run(...before, offer, candidate("one more")).last).toEqual([{ do: "skip-candidate" }]);
  });

  test("that arrive after the answer are added at once, also while the channel is open", () => {
    const added = [{ do: "add-candidates", candidates: [{ candidate: "a" }] }];
    expect(run(offer, answerMade, candidate("a")).last).toEqual(added);
    expect(run(offer, answerMade, open, candidate("a")).last).toEqual(added);
  });
});

describe("candidates of our own", () => {
  test("that were gathered before the answer is posted follow it, unless it contains them", () => {
    const { last } = run(offer, local("candidate:in-answer"), local("candidate:late"), answerMade);
    expect(last.filter((effect) => effect.do === "post").map(({ message }) => message)).toEqual([
      { type: "answer", payload: "ANSWER" },
      { type: "candidate", payload: '{"candidate":"candidate:late"}' },
    ]);
  });

  test("that are gathered later are posted at once, also while the channel is open", () => {
    expect(posts(run(offer, answerMade, local("x")).last)).toEqual(["candidate"]);
    expect(posts(run(offer, answerMade, open, local("x")).last)).toEqual(["candidate"]);
  });

  test.each<[string, SessionEvent[]]>([
    ["before the answer is posted", [offer, samples.gathered, answerMade, open, samples.gathered]],
    ["while connecting", [offer, answerMade, local("x"), samples.gathered, samples.gathered, open, samples.gathered]],
    ["after the channel opened", [offer, answerMade, open, local("x"), samples.gathered, samples.gathered]],
  ])("end with one candidate-end, after the answer, when gathering ends %s", (_when, events) => {
    const posted = posts(run(...events).effects);
    expect(posted.filter((type) => type === "candidate-end")).toHaveLength(1);
    expect(posted.at(-1)).toBe("candidate-end");
  });
});

describe("X-11: an offer in an open session", () => {
  const again: SessionEvent = { type: "offer", payload: "AGAIN" };
  const opening: SessionEvent[] = [offer, samples["answer-made"], open];
  const made: SessionEvent = { type: "restart-answered", payload: "ANSWER", sdp: "v=0\r\na=candidate:in-answer\r\n" };

  test("restarts ICE, and only if the browser announced it and the channel is open", () => {
    expect(run(...opening, again).last).toEqual([{ do: "restart", payload: "AGAIN" }]);
    expect(run(offer, answerMade, open, again).last).toEqual([]);
    for (const before of [[offer], [offer, samples["answer-made"]]]) expect(run(...before, again).last).toEqual([]);
  });

  test("is answered as the first one: candidates of both sides wait for the answer, and gathering ends once", () => {
    const { last, effects } = run(
      ...opening,
      samples.gathered,
      again,
      candidate("theirs"),
      local("candidate:in-answer"),
      local("candidate:late"),
      samples.gathered,
      made,
    );
    expect(posts(last)).toEqual(["answer", "candidate", "candidate-end"]);
    expect(last.at(-1)).toEqual({ do: "add-candidates", candidates: [{ candidate: "theirs" }] });
    expect(posts(effects).filter((type) => type === "candidate-end")).toHaveLength(2);
    expect(run(...opening, again, made, local("x")).last).toMatchObject([{ do: "post" }]);
    expect(run(...opening, again, made, samples.gathered, samples.gathered).last).toEqual([]);
  });

  test("that comes before the answer to the one before is ignored, and so are candidates past the cap", () => {
    expect(run(...opening, again, again).last).toEqual([]);
    const flood = Array.from({ length: MAX_EARLY_CANDIDATES }, (_, index) => candidate(`${index}`));
    expect(run(...opening, again, ...flood, candidate("one more")).last).toEqual([{ do: "skip-candidate" }]);
  });

  test("that can't be answered changes nothing, and another one may follow", () => {
    const { state, last } = run(...opening, again, candidate("of no use"), samples["restart-failed"]);
    expect([state.name, last]).toEqual(["open", [expect.objectContaining({ do: "warn" })]]);
    expect(run(...opening, again, samples["restart-failed"], again).last).toEqual([{ do: "restart", payload: "AGAIN" }]);
  });

  test("is answered 16 times in a session, and then ignored", () => {
    const flood = Array.from({ length: MAX_RESTARTS + 5 }, (_, index) =>
      index % 2 === 0 ? [again, made] : [again, samples["restart-failed"]],
    );
    const { effects } = run(...opening, ...flood.slice(0, MAX_RESTARTS).flat(), ...Array.from({ length: 5 }, () => again));
    expect(effects.filter((effect) => effect.do === "restart")).toHaveLength(MAX_RESTARTS);
  });
});

describe("the end", () => {
  const phases: Record<string, SessionEvent[]> = {
    "waiting for the offer": [],
    answering: [offer],
    connecting: [offer, answerMade],
    open: [offer, answerMade, open],
  };

  test.each(Object.entries(phases))("bye and stop end a session that is %s, without an error", (_phase, events) => {
    expect(run(...events, samples.bye).state).toMatchObject({ name: "ended", end: { reason: "bye" } });
    const stopped = run(...events, samples.stop);
    expect(stopped.state).toMatchObject({ name: "ended", end: { reason: "stopped", message: "stopping" } });
    expect(stopped.last).toMatchObject([{ do: "end", goodbye: { reason: "stopped" } }]);
    expect(run(...events, samples.bye).state).not.toHaveProperty("end.error");
  });

  test.each(["answering", "connecting", "open"])("ICE failed and closed end a session that is %s, disconnected does not", (phase) => {
    const events = phases[phase] ?? [];
    expect(run(...events, samples["connection-disconnected"]).state).toEqual(run(...events).state);
    expect(run(...events, samples["connection-failed"]).state).toMatchObject({ name: "ended", end: { reason: "connection-failed" } });
    expect(run(...events, samples["connection-closed"]).state).toMatchObject({ name: "ended", end: { reason: "connection-closed" } });
  });

  test("no offer in time, and no channel in time, are errors with these reasons", () => {
    expect(run(samples.deadline).state).toMatchObject({ end: { reason: "no-offer", error: { reason: "no-offer" } } });
    expect(run(offer, samples.deadline).state).toMatchObject({ end: { reason: "no-channel" } });
    expect(run(offer, answerMade, samples.deadline).state).toMatchObject({
      end: { reason: "no-channel", error: { reason: "no-channel" } },
    });
    expect(run(offer, answerMade, open, samples.deadline).state.name).toBe("open");
  });

  test("losing the relay ends a session that is not open yet, and causes only a warning in one that is", () => {
    for (const phase of ["waiting for the offer", "answering", "connecting"]) {
      expect(run(...(phases[phase] ?? []), samples["relay-lost"]).state).toMatchObject({
        end: { reason: "relay", error: { reason: "relay" } },
      });
    }
    const { state, last } = run(offer, answerMade, open, samples["relay-lost"]);
    expect(state.name).toBe("open");
    expect(last).toMatchObject([{ do: "warn" }]);
  });

  test("an offer that can't be answered ends the session with the error that names it", () => {
    const { error } = samples["answer-failed"];
    expect(run(offer, samples["answer-failed"]).state).toEqual({ name: "ended", end: { reason: "bad-offer", message: "bad", error } });
  });

  test("a channel that closes or fails ends the session", () => {
    expect(run(offer, answerMade, open, samples["channel-closed"]).state).toMatchObject({ end: { reason: "channel-closed" } });
    expect(run(offer, answerMade, open, samples["channel-failed"]).state).toMatchObject({ end: { error: { reason: "channel-failed" } } });
  });
});

test("A-6: the first channel that opens is served, a second is ignored", () => {
  const second: SessionEvent = { type: "channel-open", channel: new FakeChannel("second") };
  expect(run(offer, answerMade, open).last).toMatchObject([{ do: "serve", channel: { label: "file" } }]);
  expect(run(offer, answerMade, open, second).last).toMatchObject([{ do: "ignore-channel", channel: { label: "second" } }]);
});

test("any events in any order cause at most one answer, one served channel and one end, and nothing after the end", () => {
  const anything = fc.array(fc.constantFrom(...Object.values(samples)), { maxLength: 40 });
  fc.assert(
    fc.property(anything, (events) => {
      let state: SessionState = INITIAL_STATE;
      const counts = new Map<string, number>();
      for (const event of events) {
        const before = state;
        let effects: readonly SessionEffect[];
        try {
          ({ state, effects } = nextStep(before, event));
        } catch {
          continue; // Our own driver never makes this event in this state.
        }
        if (before.name === "ended") expect([state, effects]).toEqual([before, []]);
        for (const effect of effects) counts.set(effect.do, (counts.get(effect.do) ?? 0) + 1);
      }
      for (const once of ["answer", "serve", "end"]) expect(counts.get(once) ?? 0).toBeLessThanOrEqual(1);
    }),
  );
});

test("no event that the other side, the network, the clock or our caller can cause throws", () => {
  const fromOutside: SessionEventType[] = ["offer", "candidate", "bye", "relay-lost", "deadline", "stop"];
  const fromConnection: SessionEventType[] = [
    "connection-disconnected",
    "connection-failed",
    "connection-closed",
    "channel-open",
    "gathered",
    "local-candidate",
  ];
  for (const type of fromOutside) {
    for (const before of [[], [offer], [offer, answerMade], [offer, answerMade, open], [samples.bye]]) {
      expect(() => run(...before, samples[type])).not.toThrow();
    }
  }
  for (const type of fromConnection) {
    const restarting = [offer, samples["answer-made"], open, offer];
    for (const before of [[offer], [offer, answerMade], [offer, answerMade, open], restarting, [offer, samples.bye]]) {
      expect(() => run(...before, samples[type])).not.toThrow();
    }
  }
});
