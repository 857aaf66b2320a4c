import { createCipheriv, createHash, hkdfSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import vectors from "../../test-data/sealed.json" with { type: "json" };
import { fromBase64url, toBase64url } from "@rangecast/base";
import type { Bytes } from "../encoding/bytes.ts";
import type { SignalMessage, SignalSide, SignalType } from "../messages/message.ts";
import { createRandomId, createSecret } from "../encoding/random.ts";
import { openPayload, sealAs, sealPayload } from "./sealed-payload.ts";
import { deriveSessionKeys, type SessionKeyOptions, type SessionKeys } from "./session-keys.ts";
import { deriveJoinToken, joinHash } from "../link/share.ts";

const bytes = (text: string): Bytes => fromBase64url(text) ?? expect.fail(`${text} is no base64url`);
const { shareId, sessionId, epoch } = vectors;
const session: Omit<SessionKeyOptions, "side"> = { secret: bytes(vectors.secret), shareId, sessionId, epoch };
const keysOf = (side: SignalSide, other: Partial<SessionKeyOptions> = {}): Promise<SessionKeys> =>
  deriveSessionKeys({ ...session, side, ...other });
const otherOf = (from: string): SignalSide => (from === "browser" ? "agent" : "browser");

describe("L-4: the vectors", () => {
  test.each(vectors.messages)(
    "$from $type, number $seq, is sealed to the same text and opens",
    async ({ sealed, payload, nonce, ...message }) => {
      const from = message.from as SignalSide;
      const type = message.type as SignalType;
      expect(await sealAs(await keysOf(from), { type, payload, seq: message.seq, nonce: bytes(nonce) })).toBe(sealed);
      expect(await openPayload(await keysOf(otherOf(from)), { from, type, payload: sealed })).toEqual({ seq: message.seq, payload });
    },
  );

  test("agree with an independent implementation of PROTOCOL.md", () => {
    const part = (text: string): Buffer => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(Buffer.byteLength(text));
      return Buffer.concat([length, Buffer.from(text)]);
    };
    const parts = (...texts: string[]): Buffer => Buffer.concat(texts.map(part));
    for (const { from, type, seq, nonce, payload, sealed } of vectors.messages) {
      const info = parts("rangecast/1", from, sessionId, epoch);
      expect(vectors.keyInfo[from as SignalSide]).toBe(info.toString("hex"));
      const key = Buffer.from(hkdfSync("sha256", session.secret, shareId, info, 32));
      expect(vectors.keys[from as SignalSide]).toBe(key.toString("base64url"));
      const cipher = createCipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64url"));
      cipher.setAAD(parts("v1", shareId, sessionId, from, type, String(seq)));
      const whole = Buffer.concat([Buffer.from(nonce, "base64url"), cipher.update(payload), cipher.final(), cipher.getAuthTag()]);
      expect(sealed).toBe(`v1.${seq}.${whole.toString("base64url")}`);
    }
  });

  test("L-2: join token and join hash", async () => {
    expect(await deriveJoinToken(session.secret, shareId)).toBe(vectors.joinToken);
    expect(await joinHash(vectors.joinToken)).toBe(vectors.joinHash);
    expect(Buffer.from(hkdfSync("sha256", session.secret, shareId, "join", 32)).toString("base64url")).toBe(vectors.joinToken);
    expect(createHash("sha256").update(vectors.joinToken).digest("base64url")).toBe(vectors.joinHash);
  });
});

test("the other side opens what one side seals, whatever the text, in the order of the numbers", async () => {
  const [browser, agent] = await Promise.all([keysOf("browser"), keysOf("agent")]);
  let seq = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: "binary", maxLength: 2000 }),
      fc.constantFrom<SignalType[]>("offer", "candidate", "bye"),
      async (payload, type) => {
        const sealed = await sealPayload(browser, type, payload);
        expect(await openPayload(agent, { from: "browser", type, payload: sealed })).toEqual({ seq, payload });
        seq += 1;
      },
    ),
  );
});

test("the nonce is fresh each time, and an empty payload is sealed too", async () => {
  const keys = await keysOf("agent");
  const sealed = await Promise.all(Array.from({ length: 50 }, () => sealPayload(keys, "candidate-end", "")));
  const nonces = sealed.map((text) => toBase64url(bytes(text.split(".")[2] ?? "").subarray(0, 12)));
  expect(new Set(nonces).size).toBe(50);
  expect(bytes(sealed[0]?.split(".")[2] ?? "")).toHaveLength(12 + 16);
  expect(sealed.map((text) => text.split(".")[1])).toEqual(Array.from({ length: 50 }, (_, index) => String(index)));
});

const offer: SignalMessage = { from: "browser", type: "offer", payload: vectors.messages[0]?.sealed ?? "" };
const answer = vectors.messages.find(({ type }) => type === "answer")?.sealed ?? "";

describe("L-4: does not open", () => {
  const refused = async (message: SignalMessage, other: Partial<SessionKeyOptions> = {}): Promise<unknown> =>
    openPayload(await keysOf("agent", other), message).catch((error: unknown) => error);
  const notOpening = { name: "SealError", reason: "does-not-open" };

  test("but the unchanged one does", async () => {
    expect(await refused(offer)).toMatchObject({ seq: 0 });
  });

  test("with any one byte changed", async () => {
    const agent = await keysOf("agent");
    const [, , text = ""] = offer.payload.split(".");
    const sealed = bytes(text);
    await Promise.all(
      Array.from(sealed, async (byte, index) => {
        const changed = sealed.with(index, byte ^ (1 << (index % 8)));
        await expect(openPayload(agent, { ...offer, payload: `v1.0.${toBase64url(changed)}` })).rejects.toMatchObject(notOpening);
      }),
    );
  });

  test.each([1, 12, 16, 27])("cut short by %i bytes", async (count) => {
    const sealed = bytes(offer.payload.split(".")[2] ?? "");
    expect(await refused({ ...offer, payload: `v1.0.${toBase64url(sealed.subarray(0, -count))}` })).toMatchObject(notOpening);
  });

  test.each<SignalType>(["answer", "candidate", "candidate-end", "bye"])("as another type, %s", async (type) => {
    expect(await refused({ ...offer, type })).toMatchObject(notOpening);
  });

  test("under another number", async () => {
    expect(await refused({ ...offer, payload: offer.payload.replace("v1.0.", "v1.1.") })).toMatchObject(notOpening);
  });

  test.each<[string, Partial<SessionKeyOptions>]>([
    ["session", { sessionId: createRandomId() }],
    ["share", { shareId: createRandomId() }],
    ["epoch", { epoch: createRandomId() }],
    ["secret", { secret: createSecret() }],
    ["cut between session id and epoch", { sessionId: sessionId + epoch.slice(0, 1), epoch: epoch.slice(1) }],
  ])("with keys of another %s", async (_name, other) => {
    expect(await refused(offer, other)).toMatchObject(notOpening);
  });

  test("when it is sent back in the other direction", async () => {
    const browser = await keysOf("browser");
    await expect(openPayload(browser, { ...offer, from: "agent" })).rejects.toMatchObject(notOpening);
    expect(await refused({ from: "browser", type: "answer", payload: answer })).toMatchObject(notOpening);
  });

  test("from our own side", async () => {
    const browser = await keysOf("browser");
    await expect(openPayload(browser, offer)).rejects.toMatchObject({ reason: "wrong-side" });
  });

  test("with another session id, share id or sender and the same keys: each is authenticated itself", async () => {
    const agent = await keysOf("agent");
    for (const changed of [
      { ...agent, sessionId: createRandomId() },
      { ...agent, shareId: createRandomId() },
    ]) {
      await expect(openPayload(changed, offer)).rejects.toMatchObject(notOpening);
    }
    const turned: SessionKeys = { ...agent, side: "browser" };
    await expect(openPayload(turned, { ...offer, from: "agent" })).rejects.toMatchObject(notOpening);
  });
});

test.each([
  ["plain text", '{"type":"offer","sdp":""}'],
  ["nothing", ""],
  ["another version", offer.payload.replace("v1.", "v2.")],
  ["no number", offer.payload.replace("v1.0.", "v1..")],
  ["a number with a leading zero", offer.payload.replace("v1.0.", "v1.00.")],
  ["a negative number", offer.payload.replace("v1.0.", "v1.-1.")],
  ["a number past 2^53", offer.payload.replace("v1.0.", "v1.9007199254740993.")],
  ["nothing behind the number", "v1.0."],
  ["too few bytes for nonce and tag", `v1.0.${toBase64url(new Uint8Array(27))}`],
  ["padding", `${offer.payload}=`],
  ["a line break at its end", `${offer.payload}\n`],
  ["one part more", `${offer.payload}.x`],
])("L-4: %s is malformed", async (_name, payload) => {
  await expect(openPayload(await keysOf("agent"), { ...offer, payload })).rejects.toMatchObject({ name: "SealError", reason: "malformed" });
});

test("keys can't be exported, and each has one usage", async () => {
  const { sendKey, receiveKey } = await keysOf("agent");
  expect([sendKey.extractable, receiveKey.extractable]).toEqual([false, false]);
  expect([sendKey.usages, receiveKey.usages]).toEqual([["encrypt"], ["decrypt"]]);
});

test("a secret of another length is our own fault", async () => {
  await expect(keysOf("agent", { secret: new Uint8Array(31) })).rejects.toThrow(RangeError);
});
