import { StateError, StreamError } from "@rangecast/daemon";
import { SignalError, type SignalErrorReason } from "@rangecast/signal";
import { describe, expect, it } from "vitest";
import { refusalOf, relayRefusal } from "./refusals.ts";

const RELAY = "https://relay.example";
const unreachable = (code: string): SignalError =>
  new SignalError("unreachable", "the relay can't be reached", {
    cause: new TypeError("fetch failed", { cause: Object.assign(new Error(`connect ${code}`), { code }) }),
  });
/** Codes, HTTP statuses, machine-readable reasons and class names. */
const MACHINE_WORD = /\bE[A-Z]{3,}\b|\bHTTP\b|\b[345]\d\d\b|\([a-z-]+\)|[a-z]+-(?:time|answer|full|cap)\b|Error/;

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

describe("relayRefusal", () => {
  it.each(Object.keys(REASONS) as SignalErrorReason[])("explains %s in whole sentences, without codes", (reason) => {
    const error = new SignalError(reason, "the relay does not allow it", { status: 403, detail: "wrong-time" });
    const { message } = relayRefusal(error, RELAY);
    expect(message).toMatch(/^The relay https:\/\/relay\.example /);
    expect(message).not.toMatch(MACHINE_WORD);
  });

  it("explains why a relay can't be reached", () => {
    expect(relayRefusal(unreachable("ECONNREFUSED"), RELAY).message).toMatch(
      /can't be reached: .*nothing listens on that port\. Start the relay/,
    );
    expect(relayRefusal(unreachable("ECONNREFUSED"), RELAY).message).not.toMatch(MACHINE_WORD);
  });

  it("includes what the doctor found", () => {
    const trouble = { check: "clock", found: "this computer's clock is 365 d behind the relay's", advice: "Set the clocks." };
    const { message } = relayRefusal(new SignalError("forbidden", "the clocks differ", { detail: "wrong-time" }), RELAY, trouble);
    expect(message).toBe(
      "The relay https://relay.example refuses the share: the clocks differ. This computer's clock is 365 d behind the relay's. Set the clocks.",
    );
  });
});

describe("refusalOf", () => {
  it("explains problems of the state folder and the file, without codes", () => {
    for (const error of [
      new StateError("unwritable", "/state can't be written: permission is missing"),
      new StreamError("cannot-open", "/film.mp4 can't be opened: it does not exist"),
    ]) {
      const refusal = refusalOf(error, "film.mp4", RELAY);
      expect(refusal).toMatchObject({ message: expect.stringContaining(error.message) });
      expect((refusal as Error).message).not.toMatch(MACHINE_WORD);
    }
  });
});
