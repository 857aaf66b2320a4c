/** S of a link: 256 random bits. */
export function createSecret(): Uint8Array<ArrayBuffer> {
  throw new Error("not written yet");
}

/** A share's nonce: 128 random bits. */
export function createShareNonce(): Uint8Array<ArrayBuffer> {
  throw new Error("not written yet");
}

/** 128 random bits, base64url: a session id, an epoch or a viewer id. */
export function createRandomId(): string {
  throw new Error("not written yet");
}
