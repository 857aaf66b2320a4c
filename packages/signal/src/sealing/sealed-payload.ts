/*
 * A sealed payload (L-4): the text in a message's `payload`:
 *
 *   v1 . {seq, decimal} . {base64url of: nonce, 12 bytes ‖ AES-256-GCM ciphertext of the payload's UTF-8 ‖ tag, 16 bytes}
 *
 * Authenticated with it: "v1", share id, session id, from, type and seq, each length-prefixed. The epoch is in the key.
 */
import { ExpectedError } from "@rangecast/base";
import { fromBase64url, toBase64url } from "@rangecast/base";
import { type Bytes, concat, encodeParts, utf8 } from "../encoding/bytes.ts";
import type { SignalMessage, SignalSide, SignalType } from "../messages/message.ts";
import { randomBytes } from "../encoding/random.ts";
import { otherSide, type SessionKeys } from "./session-keys.ts";

/**
 * Why a sealed payload is refused: `malformed`, `wrong-side` (from our own side), `does-not-open` (modified, or sealed with other keys or for another session,
 * type or number), `replayed` (its number is not above the last accepted one).
 */
export type SealErrorReason = "malformed" | "wrong-side" | "does-not-open" | "replayed";

/** A sealed payload is refused (L-4): drop and count it. */
export class SealError extends ExpectedError<SealErrorReason> {
  override readonly name = "SealError";
}

const VERSION = "v1";
/** Bytes of a nonce, and of the tag at the end (NIST SP 800-38D, 8.2 and 5.2.1.2). */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** `v1.{seq}.{rest}`; a number has one form only. Its 15 digits are below 2^53. */
const SEALED = /^v1\.(0|[1-9]\d{0,14})\.([\w-]+)$/u;

/** Seals a payload under the next number of our direction. */
export function sealPayload(keys: SessionKeys, type: SignalType, payload: string): Promise<string> {
  const seq = keys.progress.nextSent;
  keys.progress.nextSent += 1;
  return sealAs(keys, { type, payload, seq, nonce: randomBytes(NONCE_BYTES) });
}

/** Seals with a given number and nonce, for test vectors. A nonce must not be used twice. */
export async function sealAs(
  keys: SessionKeys,
  { type, payload, seq, nonce }: { type: SignalType; payload: string; seq: number; nonce: Bytes },
): Promise<string> {
  const algorithm = { name: "AES-GCM", iv: nonce, additionalData: authenticated(keys, keys.side, type, seq) };
  const ciphertext = await crypto.subtle.encrypt(algorithm, keys.sendKey, utf8(payload));
  return `${VERSION}.${seq}.${toBase64url(concat(nonce, new Uint8Array(ciphertext)))}`;
}

/**
 * Opens a message of the other side without accepting its number: the same message can still be read from a sealed client. A daemon opens an offer with it
 * before allocating anything (L-3).
 * @throws {SealError} all reasons but `replayed`
 */
export async function openPayload(keys: SessionKeys, message: SignalMessage): Promise<{ readonly seq: number; readonly payload: string }> {
  const { from, type } = message;
  if (from !== otherSide(keys.side)) throw new SealError("wrong-side", `the ${type} is not from the other side`);
  const [, digits, text = ""] = SEALED.exec(message.payload) ?? [];
  const sealed = digits === undefined ? undefined : fromBase64url(text);
  if (sealed === undefined || sealed.byteLength < NONCE_BYTES + TAG_BYTES) {
    throw new SealError("malformed", `the ${type} is not a sealed payload`);
  }
  const seq = Number(digits);
  const algorithm = { name: "AES-GCM", iv: sealed.subarray(0, NONCE_BYTES), additionalData: authenticated(keys, from, type, seq) };
  const opened = await crypto.subtle.decrypt(algorithm, keys.receiveKey, sealed.subarray(NONCE_BYTES)).catch(() => undefined);
  if (opened === undefined) throw new SealError("does-not-open", `the ${type} number ${seq} does not open`);
  return { seq, payload: new TextDecoder("utf-8", { ignoreBOM: true }).decode(opened) };
}

/** Opens a message and accepts its number, which must be above all accepted before. @throws {SealError} */
export async function takePayload(keys: SessionKeys, message: SignalMessage): Promise<string> {
  const { seq, payload } = await openPayload(keys, message);
  if (seq <= keys.progress.lastTaken)
    throw new SealError("replayed", `the ${message.type} number ${seq} came after number ${keys.progress.lastTaken}`);
  keys.progress.lastTaken = seq;
  return payload;
}

function authenticated(keys: SessionKeys, from: SignalSide, type: SignalType, seq: number): Bytes {
  return encodeParts(VERSION, keys.shareId, keys.sessionId, from, type, String(seq));
}
