import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** Bytes of a secret: 128 bits can't be guessed, however many requests a web page or a stranger sends. */
const SECRET_BYTES = 16;

/** A new secret for a path, in base64url. It has nothing in common with a link's. */
export function createSecret(): string {
  return randomBytes(SECRET_BYTES).toString("base64url");
}

/** Compares two texts in a time that doesn't depend on where they differ. */
export function isSameSecret(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
