import { toBase64url } from "@rangecast/base";
import { type Bytes, ID_BYTES } from "./bytes.ts";
import { SECRET_BYTES } from "../link/link.ts";

/** A link's secret, S: 256 random bits. */
export function createSecret(): Bytes {
  return randomBytes(SECRET_BYTES);
}

/** A share's nonce: 128 random bits. */
export function createShareNonce(): Bytes {
  return randomBytes(ID_BYTES);
}

/** 128 random bits in base64url: for a session id, an epoch or a viewer id. */
export function createRandomId(): string {
  return toBase64url(randomBytes(ID_BYTES));
}

export function randomBytes(length: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(length));
}
