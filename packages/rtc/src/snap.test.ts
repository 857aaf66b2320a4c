import { expect, test } from "vitest";

import vectors from "../test-data/descriptions.json" with { type: "json" };
import { rewriteAnswer } from "./snap.ts";

/** Chromium's with SNAP. */
const [offer, answer] = (["offer", "answer"] as const).map((type) => {
  const found = vectors.descriptions.find((each) => each.type === type && each.written.includes("a=sctp-init:"));
  if (found === undefined) throw new Error(`no ${type} with SNAP`);
  return found.written;
}) as [string, string];
const LINE = /a=sctp-init:.*\r\n/u;
const lineOf = (sdp: string): string => LINE.exec(sdp)?.[0] ?? "";
const without = (sdp: string): string => sdp.replace(LINE, "");

test("an answer keeps its INIT chunk if the offer has another one", () => {
  expect(rewriteAnswer(answer, offer)).toEqual({ type: "answer", sdp: answer });
});

test.each([
  ["the offer has none", answer, without(offer)],
  ["it is the offer's: an echo", without(answer) + lineOf(offer), offer],
  ["the offer's is malformed", answer, offer.replace(LINE, "a=sctp-init:AQ\r\n")],
  ["there is none", without(answer), offer],
])("an answer has no INIT chunk if %s", (_what, answered, offered) => {
  expect(rewriteAnswer(answered, offered).sdp).toBe(without(answer));
});
