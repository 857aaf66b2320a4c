import { ExpectedError } from "@rangecast/base";
import * as v from "valibot";
import { fromBase64url, toBase64url } from "@rangecast/base";
import { type Bytes, encodeParts, HASH_BYTES, ID_BYTES, SIGNATURE_BYTES } from "../encoding/bytes.ts";
import { type Identity, PUBLIC_KEY_BYTES, signWith, verifyWith } from "./identity.ts";
import { parseAs } from "../encoding/json.ts";
import { base64urlText } from "../encoding/schemas.ts";
import { computeShareId } from "./share.ts";

/** Why a registration is refused. `wrong-time`: its time differs too much from our clock. `wrong-origin`: it is signed for another relay. */
export type RegistrationErrorReason = "malformed" | "wrong-origin" | "wrong-time" | "bad-signature";

/** The relay refuses a registration (L-1). */
export class RegistrationError extends ExpectedError<RegistrationErrorReason> {
  override readonly name = "RegistrationError";
}

/** Body of `POST /api/v1/shares` (PROTOCOL.md, section 5). Bytes are in base64url. */
export interface Registration {
  readonly publicKey: string;
  readonly shareNonce: string;
  readonly joinHash: string;
  readonly epoch: string;
  /** Origin of the relay to register at. */
  readonly origin: string;
  /** Milliseconds since 1970, by the daemon's clock. */
  readonly time: number;
  readonly signature: string;
}

export interface RegistrationFields extends Pick<Registration, "joinHash" | "epoch" | "origin" | "time"> {
  readonly identity: Identity;
  readonly shareNonce: Bytes;
}

export interface VerifyRegistrationOptions {
  /** The origins of this relay. */
  readonly origins: readonly string[];
  /** Our clock, milliseconds since 1970. */
  readonly now: number;
}

/** Largest difference between a registration's time and the relay's clock, milliseconds (L-1). */
export const REGISTRATION_TOLERANCE_MS: number = 5 * 60_000;
const REGISTER_DOMAIN = "rangecast register 1";
/** Longest origin, characters: a host name has at most 253. */
const MAX_ORIGIN_CHARACTERS = 300;

const registrationBody = v.object({
  publicKey: base64urlText(PUBLIC_KEY_BYTES),
  shareNonce: base64urlText(ID_BYTES),
  joinHash: base64urlText(HASH_BYTES),
  epoch: base64urlText(ID_BYTES),
  origin: v.pipe(v.string(), v.maxLength(MAX_ORIGIN_CHARACTERS)),
  time: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  signature: base64urlText(SIGNATURE_BYTES),
});

/** Makes a registration, signed to prove that the share is ours. */
export async function signRegistration({ identity, shareNonce, ...fields }: RegistrationFields): Promise<Registration> {
  const shareId = await computeShareId(identity.publicKey, shareNonce);
  const signature = await signWith(identity.privateKey, signed({ ...fields, shareId }));
  return {
    publicKey: toBase64url(identity.publicKey),
    shareNonce: toBase64url(shareNonce),
    ...fields,
    signature: toBase64url(signature),
  };
}

/**
 * Verifies a posted registration: its form, origin and time, and its signature by the key from which the share id is derived (L-1).
 * @returns the registration and its share id
 * @throws {RegistrationError}
 */
export async function verifyRegistration(
  body: unknown,
  { origins, now }: VerifyRegistrationOptions,
): Promise<{ readonly shareId: string; readonly registration: Registration }> {
  const registration = parseAs(registrationBody, body);
  if (registration === undefined) throw new RegistrationError("malformed", "this is not a registration");
  if (!origins.includes(registration.origin)) throw new RegistrationError("wrong-origin", "the registration is for another relay");
  if (Math.abs(now - registration.time) > REGISTRATION_TOLERANCE_MS) {
    throw new RegistrationError("wrong-time", "the registration's time differs too much from the relay's");
  }
  const publicKey = decode(registration.publicKey);
  const shareId = await computeShareId(publicKey, decode(registration.shareNonce));
  if (!(await verifyWith(publicKey, decode(registration.signature), signed({ ...registration, shareId })))) {
    throw new RegistrationError("bad-signature", "the registration's signature is not valid");
  }
  return { shareId, registration };
}

/** The signed bytes: "rangecast register 1", share id (which covers key and nonce), join hash, epoch, origin and time in decimal, each length-prefixed. */
function signed(fields: Omit<RegistrationFields, "identity" | "shareNonce"> & { readonly shareId: string }): Bytes {
  return encodeParts(REGISTER_DOMAIN, fields.shareId, fields.joinHash, fields.epoch, fields.origin, String(fields.time));
}

/** Decodes a text that the schema has validated. */
function decode(text: string): Bytes {
  const bytes = fromBase64url(text);
  if (bytes === undefined) throw new Error("the schema accepted a text that is not base64url");
  return bytes;
}
