import { expect, test } from "vitest";
import bound from "../../test-data/bound.json" with { type: "json" };
import { toBase64url } from "@rangecast/base";
import { createIdentity, exportIdentity, importIdentity, signWith, verifyWith } from "./identity.ts";

const MESSAGE = new Uint8Array([1, 2, 3]);

test("L-1: an identity has a raw public key of 65 bytes, and signs", async () => {
  const { publicKey, privateKey } = await createIdentity();
  expect(publicKey).toHaveLength(65);
  expect(publicKey[0]).toBe(4);
  const signature = await signWith(privateKey, MESSAGE);
  expect(signature).toHaveLength(64);
  expect(await verifyWith(publicKey, signature, MESSAGE)).toBe(true);
  expect(await verifyWith(publicKey, signature, new Uint8Array([1, 2, 4]))).toBe(false);
});

test("two identities differ, and don't sign for each other", async () => {
  const [one, other] = await Promise.all([createIdentity(), createIdentity()]);
  expect(one.publicKey).not.toEqual(other.publicKey);
  expect(await verifyWith(other.publicKey, await signWith(one.privateKey, MESSAGE), MESSAGE)).toBe(false);
});

test("an exported identity survives JSON and is imported as the same one", async () => {
  const identity = await createIdentity();
  const text = JSON.stringify(await exportIdentity(identity));
  expect(Object.keys(JSON.parse(text) as object).sort()).toEqual(["crv", "d", "kty", "x", "y"]);
  const again = await importIdentity(JSON.parse(text) as JsonWebKey);
  expect(again.publicKey).toEqual(identity.publicKey);
  expect(await verifyWith(identity.publicKey, await signWith(again.privateKey, MESSAGE), MESSAGE)).toBe(true);
  expect(JSON.stringify(await exportIdentity(again))).toBe(text);
});

test("the vectors' key gives the vectors' public key", async () => {
  expect(toBase64url((await importIdentity(bound.privateKey)).publicKey)).toBe(bound.publicKey);
});

test.each<[string, (jwk: JsonWebKey) => unknown]>([
  ["a public key alone", (jwk) => ({ ...jwk, d: undefined })],
  ["another curve", (jwk) => ({ ...jwk, crv: "P-384" })],
  ["another kind of key", (jwk) => ({ ...jwk, kty: "RSA" })],
  ["a public half of another key", (jwk) => ({ ...jwk, x: bound.privateKey.x, y: bound.privateKey.y })],
  ["a private half of another key", (jwk) => ({ ...jwk, d: bound.privateKey.d })],
  ["a private half cut short", (jwk) => ({ ...jwk, d: jwk.d?.slice(4) })],
  ["a point off the curve", (jwk) => ({ ...jwk, y: jwk.x })],
  ["numbers for texts", (jwk) => ({ ...jwk, d: 5 })],
  ["nothing", () => ({})],
])("%s is refused, and the error contains nothing of it", async (_name, change) => {
  const jwk = await exportIdentity(await createIdentity());
  const error = (await importIdentity(change(jwk) as JsonWebKey).catch((caught: unknown) => caught)) as Error;
  expect(error).toMatchObject({ name: "IdentityError", reason: "bad-key" });
  expect(error.cause).toBeUndefined();
  expect(error.message).not.toContain(jwk.d);
});

test.each([
  ["too short", new Uint8Array(64)],
  [
    "hybrid",
    Uint8Array.from(Buffer.from(bound.publicKey, "base64url")).with(0, 6 + ((Buffer.from(bound.publicKey, "base64url")[64] ?? 0) % 2)),
  ],
  ["compressed", new Uint8Array(33).fill(2)],
  ["no point of the curve", new Uint8Array(65).fill(4)],
  ["no point at all", new Uint8Array(65)],
])("no signature verifies with a key that is %s", async (_name, key) => {
  const { privateKey } = await importIdentity(bound.privateKey);
  expect(await verifyWith(key, await signWith(privateKey, MESSAGE), MESSAGE)).toBe(false);
});
