import { createECDH } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createKeyShare } from "./key-exchange.ts";

describe.each(["x25519", "secp256r1"] as const)("%s", (group) => {
  test("gives both sides the same secret, and each share another one", () => {
    const [one, other] = [createKeyShare(group), createKeyShare(group)];
    expect(one.agree(other.publicKey)).toEqual(other.agree(one.publicKey));
    expect(one.agree(other.publicKey)).toHaveLength(32);
    expect(createKeyShare(group).agree(other.publicKey)).not.toEqual(one.agree(other.publicKey));
  });
});

test.each(["compressed", "hybrid"] as const)("a point of P-256 in the %s form is refused, although it is on the curve", (form) => {
  const ecdh = createECDH("prime256v1");
  ecdh.generateKeys();
  const share = createKeyShare("secp256r1");
  expect(share.agree(ecdh.getPublicKey(null, form))).toBeUndefined();
  expect(share.agree(ecdh.getPublicKey())).toBeDefined();
});
