import { expect, test } from "vitest";

import { LocalCandidates } from "./local-candidates.ts";

function recorded(): { candidates: LocalCandidates; events: (string | undefined | null)[] } {
  const events: (string | undefined | null)[] = [];
  return { events, candidates: new LocalCandidates((candidate) => events.push(candidate && candidate.toJSON().candidate)) };
}

test("are held until released, then emitted, each once", () => {
  const { candidates, events } = recorded();
  candidates.add("a=candidate:1 x", "0");
  candidates.add("a=candidate:1 x", "0");
  expect(events).toEqual([]);
  candidates.release();
  candidates.add("candidate:2 y", "0");
  expect(events).toEqual(["candidate:1 x", "candidate:2 y"]);
});

test("end with null, even if the library reports the end before the last candidate", () => {
  const { candidates, events } = recorded();
  candidates.release();
  candidates.add("a=candidate:1 x", "0");
  candidates.complete("v=0\r\na=candidate:1 x\r\na=candidate:2 y\r\n", "0");
  candidates.add("a=candidate:2 y", "0");
  expect(events).toEqual(["candidate:1 x", "candidate:2 y", null]);
});

test("are not emitted after a stop", () => {
  const { candidates, events } = recorded();
  candidates.add("a=candidate:1 x", "0");
  candidates.stop();
  candidates.release();
  candidates.complete("a=candidate:3 z\r\n", "0");
  expect(events).toEqual([]);
});
