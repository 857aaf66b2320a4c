import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import bound from "../../test-data/bound.json" with { type: "json" };
import { fromBase64url } from "@rangecast/base";
import { createIdentity } from "./identity.ts";
import { createRandomId, createSecret, createShareNonce } from "../encoding/random.ts";
import { computeShareId, deriveJoinToken, joinHash } from "./share.ts";

test("L-1: the share id is the start of a hash of domain, key and nonce", async () => {
  const publicKey = fromBase64url(bound.publicKey) ?? expect.fail();
  const shareNonce = fromBase64url(bound.shareNonce) ?? expect.fail();
  expect(await computeShareId(publicKey, shareNonce)).toBe(bound.shareId);
  const hash = createHash("sha256").update("rangecast share 1").update(publicKey).update(shareNonce).digest();
  expect(hash.subarray(0, 16).toString("base64url")).toBe(bound.shareId);
});

test("another nonce or another key make another share id", async () => {
  const [{ publicKey }, other] = await Promise.all([createIdentity(), createIdentity()]);
  const nonce = createShareNonce();
  const ids = [computeShareId(publicKey, nonce), computeShareId(publicKey, createShareNonce()), computeShareId(other.publicKey, nonce)];
  expect(new Set(await Promise.all(ids)).size).toBe(3);
});

test("lengths that would make the hash ambiguous throw a RangeError", async () => {
  const { publicKey } = await createIdentity();
  await expect(computeShareId(publicKey.subarray(1), createShareNonce())).rejects.toThrow(RangeError);
  await expect(computeShareId(publicKey, new Uint8Array(17))).rejects.toThrow(RangeError);
});

test("L-2: the join token depends on secret and share; it has 32 bytes, and so has its hash", async () => {
  const secret = createSecret();
  const shareId = createRandomId();
  const token = await deriveJoinToken(secret, shareId);
  expect(fromBase64url(token)).toHaveLength(32);
  expect(fromBase64url(await joinHash(token))).toHaveLength(32);
  expect(await deriveJoinToken(secret, shareId)).toBe(token);
  expect(await deriveJoinToken(secret, createRandomId())).not.toBe(token);
  expect(await deriveJoinToken(createSecret(), shareId)).not.toBe(token);
});

test("random values have their length and never repeat", () => {
  const ids = Array.from({ length: 100 }, createRandomId);
  expect(new Set(ids).size).toBe(100);
  for (const id of ids) expect(fromBase64url(id)).toHaveLength(16);
  expect(createSecret()).toHaveLength(32);
  expect(createSecret()).not.toEqual(createSecret());
  expect(createShareNonce()).toHaveLength(16);
  expect(createShareNonce()).not.toEqual(createShareNonce());
});
