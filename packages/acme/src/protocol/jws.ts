import { createHash, createPublicKey, type KeyObject, sign } from "node:crypto";

/** Public key on P-256 as a JSON Web Key (RFC 7518, 6.2). */
interface PublicJwk {
  readonly crv: string;
  readonly kty: string;
  readonly x: string;
  readonly y: string;
}

export interface JwsHeader {
  readonly url: string;
  readonly nonce: string;
  /** The account's URL; undefined: the key itself is sent, for a new account. */
  readonly account: string | undefined;
}

/**
 * Signs a request's body with ES256 (RFC 8555, 6.2).
 * @param payload undefined: an empty one, for POST-as-GET (6.3)
 * @returns the body, JSON
 */
export function signRequest(key: KeyObject, { url, nonce, account }: JwsHeader, payload: object | undefined): string {
  const who = account === undefined ? { jwk: publicJwk(key) } : { kid: account };
  const protectedPart = base64url(JSON.stringify({ alg: "ES256", nonce, url, ...who }));
  const payloadPart = payload === undefined ? "" : base64url(JSON.stringify(payload));
  const signature = sign("sha256", Buffer.from(`${protectedPart}.${payloadPart}`), { key, dsaEncoding: "ieee-p1363" });
  return JSON.stringify({ protected: protectedPart, payload: payloadPart, signature: signature.toString("base64url") });
}

/** What proves control of a name: the challenge's token and the account key's thumbprint (RFC 8555, 8.1; RFC 7638). */
export function keyAuthorizationOf(token: string, key: KeyObject): string {
  const { crv, kty, x, y } = publicJwk(key);
  // The members in this order are the thumbprint's input.
  const thumbprint = createHash("sha256").update(JSON.stringify({ crv, kty, x, y })).digest("base64url");
  return `${token}.${thumbprint}`;
}

function publicJwk(key: KeyObject): PublicJwk {
  const { crv = "", kty = "", x = "", y = "" } = createPublicKey(key).export({ format: "jwk" }) as Partial<PublicJwk>;
  return { crv, kty, x, y };
}

const base64url = (text: string): string => Buffer.from(text).toString("base64url");
