import { describe, expect, it } from "vitest";
import { refusalMessage } from "./refusal-message.ts";
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

describe("refusalMessage", () => {
  it.each(Object.keys(REASONS) as SignalErrorReason[])("describes %s in a sentence, without codes", (reason) => {
    expect(refusalMessage(reason)).toMatch(/^(?:the|what) [a-z][a-z' ,]+$/);
  });

  it("prefers a known code of the relay", () => {
    expect(refusalMessage("forbidden", "wrong-time")).toContain("clock");
    expect(refusalMessage("forbidden", "wrong-origin")).toContain("address");
  });

  it("never shows an unknown code", () => {
    expect(refusalMessage("refused", "teapot-9")).toBe(refusalMessage("refused"));
  });
});
