/*
 * Temporary credentials for a TURN server (L-11), by the REST convention that coturn calls `use-auth-secret` (draft-uberti-behave-turn-rest-00):
 *
 *   username    expiry in seconds since 1970, a colon, and a name: here a random one
 *   credential  base64 of HMAC-SHA-1 of the username, with the secret that relay and TURN server share
 *
 * A credential allows relaying traffic through the server until it expires, so only peers that have proved that they belong to a share get one. The caps on
 * joining and registering limit how many.
 */
import type { IceServer } from "@rangecast/signal";
import type { Clock } from "../clock.ts";

/** Most URLs of STUN and TURN servers for a peer: each one slows down ICE gathering, and browsers warn from five on. */
export const MAX_ICE_URLS = 3;

/**
 * How long a credential is valid, seconds. A TURN server checks it when an allocation is made, and daemons request a fresh one every half hour. Two hours
 * tolerate clocks that differ, and a new allocation after a change of network.
 */
export const TURN_TTL_SECONDS: number = 2 * 60 * 60;

const NAME_BYTES = 12;
const MS_PER_SECOND = 1000;
/** RFC 7065, 3.1. */
const TURN_URL = /^turns?:(?:\[[0-9a-f:.]+\]|[\w.-]+)(?::\d{1,5})?(?:\?transport=(?:udp|tcp))?$/iu;

export interface TurnOptions {
  /** `turn:host:port`, with `?transport=tcp` for TCP. */
  readonly urls: readonly string[];
  /** The TURN server's `static-auth-secret`. */
  readonly secret: string;
  /** How long a credential is valid, seconds. @default TURN_TTL_SECONDS */
  readonly ttlSeconds?: number;
}

/**
 * Makes a function that returns the entry for RTCPeerConnection, with a new credential at each call.
 * @throws {RangeError} for an invalid TURN URL or an empty secret
 */
export function createTurnServers({ urls, secret, ttlSeconds = TURN_TTL_SECONDS }: TurnOptions, clock: Clock): () => Promise<IceServer[]> {
  const bad = urls.find((url) => !TURN_URL.test(url));
  if (bad !== undefined) throw new RangeError(`${bad} is not a TURN URL`);
  if (secret === "") throw new RangeError("a TURN server needs a secret");
  if (urls.length === 0) return async () => [];
  const encoder = new TextEncoder();
  const key = crypto.subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash: "SHA-1" }, false, ["sign"]);
  return async () => {
    const name = [...crypto.getRandomValues(new Uint8Array(NAME_BYTES))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const username = `${Math.floor(clock.now() / MS_PER_SECOND) + ttlSeconds}:${name}`;
    const mac = new Uint8Array(await crypto.subtle.sign("HMAC", await key, encoder.encode(username)));
    return [{ urls: [...urls], username, credential: btoa(String.fromCharCode(...mac)) }];
  };
}
