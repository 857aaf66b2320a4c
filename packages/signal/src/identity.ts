/** The daemon's long-lived P-256 key pair (protocol 3.1, point 1). */
export interface Identity {
  /** Uncompressed point, 65 bytes. */
  readonly publicKey: Uint8Array<ArrayBuffer>;
  /** ECDSA P-256; extractable, so that it can be exported. */
  readonly privateKey: CryptoKey;
}

export function createIdentity(): Promise<Identity> {
  throw new Error("not written yet");
}

/** @throws {IdentityError} `bad-key` */
export function importIdentity(jwk: JsonWebKey): Promise<Identity> {
  throw new Error("not written yet", { cause: jwk.kty });
}

/** The private key, to keep where nobody else can read it. */
export function exportIdentity(identity: Identity): Promise<JsonWebKey> {
  throw new Error("not written yet", { cause: identity.publicKey });
}
