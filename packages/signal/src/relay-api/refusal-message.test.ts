import { describe, expect, it } from "vitest";
import { relayWords } from "./relay-words.ts";
import type { SignalErrorReason } from "./signal-error.ts";

/** Typed so that a new reason does not compile until it is tested. */
const REASONS: Readonly<Record<SignalErrorReason, true>> = {
  unauthorized: true,
  forbidden: true,
  "not-found": true,
  conflict: true,
  busy: true,
  offline: true,
  refused: true,
  unreachable: true,
  "bad-answer": true,
  "over-cap": true,
  "queue-full": true,
};

describe("relayWords", () => {
  it.each(Object.keys(REASONS) as SignalErrorReason[])("says what %s means, without codes", (reason) => {
    expect(relayWords(reason)).toMatch(/^(?:the|what) [a-z][a-z' ,]+$/);
  });

  it("prefers the relay's own word where it knows it", () => {
    expect(relayWords("forbidden", "wrong-time")).toContain("clock");
    expect(relayWords("forbidden", "wrong-origin")).toContain("address");
  });

  it("never shows a word that it does not know", () => {
    expect(relayWords("refused", "teapot-9")).toBe(relayWords("refused"));
  });
});
