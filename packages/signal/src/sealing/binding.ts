/*
 * The binding of an answer to the share's daemon (L-5). Before it is sealed, the answer's payload is this JSON:
 *
 *   {type: "answer", sdp, offerHash, publicKey, shareNonce, signature}      bytes in base64url
 *
 * The signature is ECDSA P-256 with SHA-256 over "rangecast answer 1", share id, session id, offer hash and sdp, each length-prefixed.
 */
import { ExpectedError } from "@rangecast/base";
import * as v from "valibot";
import { toBase64url } from "@rangecast/base";
import { type Bytes, encodeParts, equalBytes, HASH_BYTES, ID_BYTES, sha256, SIGNATURE_BYTES, utf8 } from "../encoding/bytes.ts";
import { MAX_LINE_BYTES } from "../messages/message.ts";
import { type Identity, PUBLIC_KEY_BYTES, signWith, verifyWith } from "../link/identity.ts";
import { parseAs, parseJson } from "../encoding/json.ts";
import type { AnswerPayload } from "../messages/payload.ts";
import { bytesText, wellFormedText } from "../encoding/schemas.ts";
import { computeShareId } from "../link/share.ts";

/**
 * Why an answer is refused: `malformed`, `wrong-daemon` (key and nonce don't give the share id), `wrong-offer` (it answers another offer),
 * `bad-signature` (signed for another session or answer, or with another key).
 */
export type BindingErrorReason = "malformed" | "wrong-daemon" | "wrong-offer" | "bad-signature";

/** The answer is not from the share's daemon (L-5). */
export class BindingError extends ExpectedError<BindingErrorReason> {
  override readonly name = "BindingError";
}

export interface SealAnswerOptions {
  readonly identity: Identity;
  readonly shareNonce: Bytes;
  readonly shareId: string;
  readonly sessionId: string;
  /** The offer's payload, exactly as it was read after opening. */
  readonly offerText: string;
  readonly answer: AnswerPayload;
}

export interface VerifyAnswerOptions {
  readonly shareId: string;
  readonly sessionId: string;
  /** The offer's payload, exactly as it was before sealing. */
  readonly offerText: string;
  /** The answer's payload after opening. */
  readonly payload: string;
}

const ANSWER_DOMAIN = "rangecast answer 1";

const boundAnswer = v.object({
  type: v.literal("answer"),
  sdp: wellFormedText(MAX_LINE_BYTES),
  offerHash: bytesText(HASH_BYTES),
  publicKey: bytesText(PUBLIC_KEY_BYTES),
  shareNonce: bytesText(ID_BYTES),
  signature: bytesText(SIGNATURE_BYTES),
});

/** The answer's payload, signed by the share's daemon. It still has to be sealed, like any other payload. */
export async function sealAnswer(options: SealAnswerOptions): Promise<string> {
  const { identity, shareNonce, shareId, sessionId, offerText, answer } = options;
  const offerHash = await sha256(utf8(offerText));
  const signature = await signWith(identity.privateKey, signed(shareId, sessionId, offerHash, answer.sdp));
  return JSON.stringify({
    type: answer.type,
    sdp: answer.sdp,
    offerHash: toBase64url(offerHash),
    publicKey: toBase64url(identity.publicKey),
    shareNonce: toBase64url(shareNonce),
    signature: toBase64url(signature),
  });
}

/** Verifies that an answer is the share's daemon's, to this offer and in this session. @returns the answer @throws {BindingError} */
export async function verifyAnswer({ shareId, sessionId, offerText, payload }: VerifyAnswerOptions): Promise<AnswerPayload> {
  const bound = parseAs(boundAnswer, parseJson(payload));
  if (bound === undefined) throw new BindingError("malformed", "the answer is not signed");
  const { type, sdp, offerHash, publicKey, shareNonce, signature } = bound;
  if ((await computeShareId(publicKey, shareNonce)) !== shareId) {
    throw new BindingError("wrong-daemon", "the answer is from a daemon that does not own the share");
  }
  if (!equalBytes(await sha256(utf8(offerText)), offerHash)) {
    throw new BindingError("wrong-offer", "the answer is to another offer");
  }
  if (!(await verifyWith(publicKey, signature, signed(shareId, sessionId, offerHash, sdp)))) {
    throw new BindingError("bad-signature", "the answer's signature is not valid");
  }
  return { type, sdp };
}

function signed(shareId: string, sessionId: string, offerHash: Bytes, sdp: string): Bytes {
  return encodeParts(ANSWER_DOMAIN, shareId, sessionId, offerHash, sdp);
}
