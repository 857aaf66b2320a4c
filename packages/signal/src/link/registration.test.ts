import { beforeAll, expect, test } from "vitest";
import bound from "../../test-data/bound.json" with { type: "json" };
import { createIdentity, type Identity } from "./identity.ts";
import { createRandomId, createShareNonce } from "../encoding/random.ts";
import { type Registration, REGISTRATION_TOLERANCE_MS, signRegistration, verifyRegistration } from "./registration.ts";
import { computeShareId, joinHash } from "./share.ts";

const NOW = 1_800_000_000_000;
const ORIGIN = "https://relay.example";
const options = { origins: [ORIGIN, "http://127.0.0.1:80"], now: NOW };
const shareNonce = createShareNonce();
let identity: Identity;
let registration: Registration;
let shareId: string;

beforeAll(async () => {
  identity = await createIdentity();
  shareId = await computeShareId(identity.publicKey, shareNonce);
  registration = await signRegistration({
    identity,
    shareNonce,
    joinHash: await joinHash("t"),
    epoch: createRandomId(),
    origin: ORIGIN,
    time: NOW,
  });
});

const reasonOf = async (body: unknown, other = {}): Promise<unknown> =>
  verifyRegistration(body, { ...options, ...other }).then(
    () => "taken",
    (error: { name: string; reason: string }) => (error.name === "RegistrationError" ? error.reason : error),
  );

test("L-1: a registration proves its share id, and survives JSON", async () => {
  const body: unknown = JSON.parse(JSON.stringify(registration));
  expect(await verifyRegistration(body, options)).toEqual({ shareId, registration });
});

test("the vector is accepted", async () => {
  expect(await verifyRegistration(bound.registration, { origins: [ORIGIN], now: bound.registration.time })).toMatchObject({
    shareId: bound.shareId,
  });
});

test("unknown fields are ignored, and not returned", async () => {
  const { registration: taken } = await verifyRegistration({ ...registration, more: "x" }, options);
  expect(taken).toEqual(registration);
});

test.each([
  [REGISTRATION_TOLERANCE_MS, "taken"],
  [-REGISTRATION_TOLERANCE_MS, "taken"],
  [REGISTRATION_TOLERANCE_MS + 1, "wrong-time"],
  [-REGISTRATION_TOLERANCE_MS - 1, "wrong-time"],
])("signed %i ms before our clock: %s", async (ageMs, outcome) => {
  expect(await reasonOf(registration, { now: NOW + ageMs })).toBe(outcome);
});

test("for another relay: wrong-origin", async () => {
  expect(await reasonOf(registration, { origins: ["https://other.example"] })).toBe("wrong-origin");
});

test.each<[string, (from: Registration) => Promise<Partial<Registration>> | Partial<Registration>]>([
  ["join hash", async () => ({ joinHash: await joinHash("other") })],
  ["epoch", () => ({ epoch: createRandomId() })],
  ["time", ({ time }) => ({ time: time + 1 })],
  ["origin", () => ({ origin: "http://127.0.0.1:80" })],
  ["share nonce, and so share id", () => ({ shareNonce: createRandomId() })],
  ["public key, and so share id", () => ({ publicKey: bound.publicKey })],
  ["signature", () => ({ signature: bound.registration.signature })],
])("with another %s: bad-signature", async (_name, change) => {
  expect(await reasonOf({ ...registration, ...(await change(registration)) })).toBe("bad-signature");
});

test.each<[string, unknown]>([
  ["nothing", undefined],
  ["null", null],
  ["a text", "x"],
  ["an empty object", {}],
  ["a short key", { publicKey: "BA" }],
  ["a short nonce", { shareNonce: "AA" }],
  ["a short join hash", { joinHash: "AA" }],
  ["an epoch of other characters", { epoch: "!".repeat(22) }],
  ["a time that is a text", { time: String(NOW) }],
  ["a time that is not an integer", { time: NOW + 0.5 }],
  ["a negative time", { time: -1 }],
  ["a huge origin", { origin: `https://${"x".repeat(400)}` }],
  ["a long signature", { signature: "A".repeat(88) }],
])("%s: malformed", async (_name, fields) => {
  const isPart = typeof fields === "object" && fields !== null && Object.keys(fields).length > 0;
  expect(await reasonOf(isPart ? { ...registration, ...fields } : fields)).toBe("malformed");
});
