/** base64url of the first 16 bytes of SHA-256("rangecast share 1" ‖ public key ‖ share nonce) (protocol 3.1, point 1). */
export function computeShareId(publicKey: Uint8Array<ArrayBuffer>, shareNonce: Uint8Array<ArrayBuffer>): Promise<string> {
  throw new Error("not written yet", { cause: [publicKey, shareNonce] });
}

/** HKDF-SHA-256(S, salt share id, "join"), 32 bytes, base64url (protocol 3.1, point 2). */
export function deriveJoinToken(secret: Uint8Array<ArrayBuffer>, shareId: string): Promise<string> {
  throw new Error("not written yet", { cause: [secret.length, shareId] });
}

/** What the relay keeps of a join token: base64url of SHA-256 over the token's text. */
export function joinHash(token: string): Promise<string> {
  throw new Error("not written yet", { cause: token.length });
}
