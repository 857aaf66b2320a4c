/* Any untrusted input gives a value or the documented error: nothing else is thrown. */
import fc from "fast-check";
import { expect, test } from "vitest";
import bound from "../test-data/bound.json" with { type: "json" };
import sealed from "../test-data/sealed.json" with { type: "json" };
import { fromBase64url } from "@rangecast/base";
import { verifyAnswer } from "./sealing/binding.ts";
import { importIdentity } from "./link/identity.ts";
import { parseLink } from "./link/link.ts";
import { parseSignalMessage } from "./messages/message.ts";
import { parseAnswer, parseCandidate, parseOffer } from "./messages/payload.ts";
import { verifyRegistration } from "./link/registration.ts";
import { openPayload } from "./sealing/sealed-payload.ts";
import { deriveSessionKeys } from "./sealing/session-keys.ts";

const secret = fromBase64url(sealed.secret) ?? expect.fail();
const keys = await deriveSessionKeys({ ...sealed, secret, side: "agent" });

/** Any JSON value, and often a nearly valid one. */
function nearly(right: Record<string, unknown>): fc.Arbitrary<unknown> {
  const fields = Object.fromEntries(
    Object.entries(right).map(([name, value]) => [name, fc.oneof(fc.constant(value), fc.jsonValue(), fc.string())]),
  );
  return fc.oneof(fc.jsonValue(), fc.record(fields, { requiredKeys: [] }));
}

/** Any text, and often parts of a valid one. */
function near(right: string): fc.Arbitrary<string> {
  const cut = fc
    .tuple(fc.nat(right.length), fc.nat(right.length), fc.string())
    .map(([start, end, more]) => right.slice(0, start) + more + right.slice(end));
  return fc.oneof(fc.string({ unit: "binary" }), cut);
}

async function onlyThrows(name: string, run: () => unknown): Promise<void> {
  try {
    await run();
  } catch (error) {
    expect((error as Error).name).toBe(name);
  }
}

const CASES: [string, string, fc.Arbitrary<unknown>, (input: never) => unknown][] = [
  ["links", "LinkError", near(`https://page.example/p/s/${sealed.shareId}#v1.${sealed.secret}&relay=https%3A%2F%2Fr.example`), parseLink],
  ["offers", "PayloadError", near(bound.offerText), parseOffer],
  ["answers", "PayloadError", near(JSON.stringify(bound.answer)), parseAnswer],
  ["candidates", "PayloadError", near('{"candidate":"candidate:1","sdpMid":"0","sdpMLineIndex":0}'), parseCandidate],
  ["identities", "IdentityError", nearly(bound.privateKey), importIdentity],
  ["messages", "never", nearly({ from: "browser", type: "offer", payload: "", ts: 1 }), parseSignalMessage],
  [
    "registrations",
    "RegistrationError",
    nearly(bound.registration),
    (body) => verifyRegistration(body, { origins: ["https://relay.example"], now: bound.registration.time }),
  ],
  [
    "sealed payloads",
    "SealError",
    near(sealed.messages[0]?.sealed ?? ""),
    (payload) => openPayload(keys, { from: "browser", type: "offer", payload }),
  ],
  [
    "bound answers",
    "BindingError",
    nearly(JSON.parse(bound.answerPayload) as Record<string, unknown>).map((value) => JSON.stringify(value)),
    (payload) => verifyAnswer({ ...bound, payload }),
  ],
];

test.each(CASES)("any %s give a value or %s", async (_name, error, inputs, run) => {
  await fc.assert(
    fc.asyncProperty(inputs, (input) => onlyThrows(error, () => run(input as never))),
    { numRuns: 300 },
  );
});
