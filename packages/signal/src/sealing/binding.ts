/*
 * The binding of a share's answer to its daemon (protocol 3.1, point 5). The answer's payload, before it is sealed, is the JSON
 *
 *   {type: "answer", sdp, offerHash, publicKey, shareNonce, signature}      bytes in base64url
 *
 * The signature is ECDSA P-256 with SHA-256 over "rangecast answer 1", share id, session id, offer hash and sdp, each length-prefixed.
 */
import * as v from "valibot";
import { toBase64url } from "../encoding/base64url.ts";
import { BindingError } from "./binding-error.ts";
import { type Bytes, encodeParts, equalBytes, sha256, utf8 } from "../encoding/bytes.ts";
import { MAX_LINE_BYTES } from "../messages/event-limits.ts";
import { type Identity, PUBLIC_KEY_BYTES, signWith, verifyWith } from "../link/identity.ts";
import { parseAs, parseJson } from "../encoding/json.ts";
import type { AnswerPayload } from "../messages/payload.ts";
import { bytesText, HASH_BYTES, ID_BYTES, SIGNATURE_BYTES, wellFormedText } from "../encoding/schemas.ts";
import { computeShareId } from "../link/share.ts";

export interface SealAnswerOptions {
  readonly identity: Identity;
  readonly shareNonce: Uint8Array<ArrayBuffer>;
  readonly shareId: string;
  readonly sessionId: string;
  /** The offer's payload, exactly as it was read after opening. */
  readonly offerText: string;
  readonly answer: AnswerPayload;
}

export interface VerifyAnswerOptions {
  readonly shareId: string;
  readonly sessionId: string;
  /** The offer's payload, exactly as it was given to be sealed. */
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

/** The answer's payload with the proof of who made it. It is sealed like any other afterwards. */
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

/** The answer, if it is that of the share's own daemon to this very offer. @throws {BindingError} */
export async function verifyAnswer({ shareId, sessionId, offerText, payload }: VerifyAnswerOptions): Promise<AnswerPayload> {
  const bound = parseAs(boundAnswer, parseJson(payload));
  if (bound === undefined) throw new BindingError("malformed", "the answer carries no proof of who made it");
  const { type, sdp, offerHash, publicKey, shareNonce, signature } = bound;
  if ((await computeShareId(publicKey, shareNonce)) !== shareId) {
    throw new BindingError("wrong-daemon", "the answer is from a daemon that the share does not belong to");
  }
  if (!equalBytes(await sha256(utf8(offerText)), offerHash)) {
    throw new BindingError("wrong-offer", "the answer is one to another offer");
  }
  if (!(await verifyWith(publicKey, signature, signed(shareId, sessionId, offerHash, sdp)))) {
    throw new BindingError("bad-signature", "the answer's signature does not fit it");
  }
  return { type, sdp };
}

function signed(shareId: string, sessionId: string, offerHash: Bytes, sdp: string): Bytes {
  return encodeParts(ANSWER_DOMAIN, shareId, sessionId, offerHash, sdp);
}
