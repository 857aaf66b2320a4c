import { beforeAll, describe, expect, test } from "vitest";
import vector from "../../test-data/bound.json" with { type: "json" };
import { type SealAnswerOptions, sealAnswer, verifyAnswer, type VerifyAnswerOptions } from "./binding.ts";
import { createIdentity, importIdentity } from "../link/identity.ts";
import { formatAnswer, formatOffer } from "../messages/payload.ts";
import { createRandomId, createShareNonce } from "../encoding/random.ts";
import { computeShareId } from "../link/share.ts";

let sealing: SealAnswerOptions;
let verifying: VerifyAnswerOptions;

beforeAll(async () => {
  const identity = await createIdentity();
  const shareNonce = createShareNonce();
  const shareId = await computeShareId(identity.publicKey, shareNonce);
  const session = { shareId, sessionId: createRandomId(), offerText: formatOffer({ sdp: "the offer", viewer: createRandomId() }) };
  sealing = { identity, shareNonce, ...session, answer: { type: "answer", sdp: "the answer" } };
  verifying = { ...session, payload: await sealAnswer(sealing) };
});

const reasonOf = (options: VerifyAnswerOptions): Promise<unknown> =>
  verifyAnswer(options).then(
    () => "taken",
    (error: { name: string; reason: string }) => (error.name === "BindingError" ? error.reason : error),
  );

test("L-5: the daemon's own answer to this offer is accepted", async () => {
  expect(await verifyAnswer(verifying)).toEqual({ type: "answer", sdp: "the answer" });
});

test("the vector is accepted, and so is what its key signs now", async () => {
  const { shareId, sessionId, offerText, answerPayload: payload } = vector;
  expect(await verifyAnswer({ shareId, sessionId, offerText, payload })).toEqual(vector.answer);
  const identity = await importIdentity(vector.privateKey);
  const shareNonce = Uint8Array.from(Buffer.from(vector.shareNonce, "base64url"));
  const again = await sealAnswer({
    identity,
    shareNonce,
    shareId,
    sessionId,
    offerText,
    answer: { type: "answer", sdp: vector.answer.sdp },
  });
  const { signature: _, ...fields } = JSON.parse(again) as Record<string, string>;
  expect(JSON.parse(payload)).toMatchObject(fields);
  expect(await reasonOf({ shareId, sessionId, offerText, payload: again })).toBe("taken");
});

test("unknown fields are ignored", async () => {
  expect(await reasonOf({ ...verifying, payload: JSON.stringify({ ...(JSON.parse(verifying.payload) as object), more: 1 }) })).toBe(
    "taken",
  );
});

describe("L-5: refused", () => {
  test("an answer of another daemon, with its own key: wrong-daemon", async () => {
    const identity = await createIdentity();
    expect(await reasonOf({ ...verifying, payload: await sealAnswer({ ...sealing, identity }) })).toBe("wrong-daemon");
  });

  test("an answer of another daemon with the right public key: bad-signature", async () => {
    const identity = { ...(await createIdentity()), publicKey: sealing.identity.publicKey };
    expect(await reasonOf({ ...verifying, payload: await sealAnswer({ ...sealing, identity }) })).toBe("bad-signature");
  });

  test("another share of the same daemon, by its nonce: wrong-daemon", async () => {
    expect(await reasonOf({ ...verifying, payload: await sealAnswer({ ...sealing, shareNonce: createShareNonce() }) })).toBe(
      "wrong-daemon",
    );
  });

  test("an answer signed for another share of the same daemon, with this one's nonce: bad-signature", async () => {
    expect(await reasonOf({ ...verifying, payload: await sealAnswer({ ...sealing, shareId: createRandomId() }) })).toBe("bad-signature");
  });

  test("an answer to another offer: wrong-offer", async () => {
    expect(await reasonOf({ ...verifying, payload: await sealAnswer({ ...sealing, offerText: "another" }) })).toBe("wrong-offer");
    expect(await reasonOf({ ...verifying, offerText: `${verifying.offerText} ` })).toBe("wrong-offer");
  });

  test("an answer with our offer's hash, but signed for another: bad-signature", async () => {
    const { offerHash } = JSON.parse(verifying.payload) as { offerHash: string };
    const other = JSON.parse(await sealAnswer({ ...sealing, offerText: "another" })) as object;
    expect(await reasonOf({ ...verifying, payload: JSON.stringify({ ...other, offerHash }) })).toBe("bad-signature");
  });

  test("an answer of another session: bad-signature", async () => {
    expect(await reasonOf({ ...verifying, payload: await sealAnswer({ ...sealing, sessionId: createRandomId() }) })).toBe("bad-signature");
    expect(await reasonOf({ ...verifying, sessionId: createRandomId() })).toBe("bad-signature");
  });

  test("an answer that was changed: bad-signature", async () => {
    const answer = JSON.parse(verifying.payload) as object;
    expect(await reasonOf({ ...verifying, payload: JSON.stringify({ ...answer, sdp: "the answer " }) })).toBe("bad-signature");
  });

  test("another signature: bad-signature", async () => {
    const answer = JSON.parse(verifying.payload) as object;
    const { signature } = JSON.parse(vector.answerPayload) as { signature: string };
    expect(await reasonOf({ ...verifying, payload: JSON.stringify({ ...answer, signature }) })).toBe("bad-signature");
  });

  test.each<[string, object]>([
    ["no type", { type: undefined }],
    ["the type of an offer", { type: "offer" }],
    ["no sdp", { sdp: undefined }],
    ["an sdp whose bytes are not certain", { sdp: "\ud800" }],
    ["no offer hash", { offerHash: undefined }],
    ["a short offer hash", { offerHash: "AA" }],
    ["no key", { publicKey: undefined }],
    ["a compressed key", { publicKey: "A".repeat(44) }],
    ["no nonce", { shareNonce: undefined }],
    ["a long nonce", { shareNonce: "A".repeat(24) }],
    ["no signature", { signature: undefined }],
    ["a signature that is not a string", { signature: 5 }],
  ])("%s: malformed", async (_name, fields) => {
    expect(await reasonOf({ ...verifying, payload: JSON.stringify({ ...(JSON.parse(verifying.payload) as object), ...fields }) })).toBe(
      "malformed",
    );
  });

  test.each([
    ["nothing", ""],
    ["no JSON", "{"],
    ["an answer of the base protocol", formatAnswer({ sdp: "the answer" })],
  ])("%s: malformed", async (_name, payload) => {
    expect(await reasonOf({ ...verifying, payload })).toBe("malformed");
  });
});
