/*
 * Credentials for a TURN server that are good for a while, by the REST convention that coturn calls `use-auth-secret` (draft-uberti-behave-turn-rest-00):
 *
 *   username    the second in which it ends, a colon, and a name: here a random one
 *   credential  base64 of HMAC-SHA-1 of the username under the secret that relay and TURN server share
 *
 * Whoever gets one may relay traffic through that server until it ends, so it is given only to those who proved that they belong to a share, at a
 * rate that the caps on joining and registering bound.
 */
import type { IceServer } from "@rangecast/signal";
import type { Clock } from "../clock.ts";

/** URLs of STUN and TURN servers that a peer is given, at most: each makes gathering slower, and browsers warn from five on. */
export const MAX_ICE_URLS = 3;

/**
 * How long a credential is good for, seconds. A TURN server asks for it when a place is taken, and daemons ask for a fresh one each half hour: two
 * hours leave room for clocks that differ, and for a stack that takes its place again after a change of network.
 */
export const TURN_TTL_SECONDS: number = 2 * 60 * 60;

const NAME_BYTES = 12;
const MS_PER_SECOND = 1000;
/** RFC 7065, 3.1. */
const TURN_URL = /^turns?:(?:\[[0-9a-f:.]+\]|[\w.-]+)(?::\d{1,5})?(?:\?transport=(?:udp|tcp))?$/iu;

export interface TurnOptions {
  /** `turn:host:port`, with `?transport=tcp` where UDP is to be avoided. */
  readonly urls: readonly string[];
  /** What the TURN server has as its `static-auth-secret`. */
  readonly secret: string;
  /** Seconds. @default TURN_TTL_SECONDS */
  readonly ttlSeconds?: number;
}

/**
 * A function that makes the entry for RTCPeerConnection, with a credential of its own at each call.
 * @throws {RangeError} for what is no TURN URL, and an empty secret: our caller's mistake
 */
export function createTurnServers({ urls, secret, ttlSeconds = TURN_TTL_SECONDS }: TurnOptions, clock: Clock): () => Promise<IceServer[]> {
  const bad = urls.find((url) => !TURN_URL.test(url));
  if (bad !== undefined) throw new RangeError(`${bad} is no TURN URL`);
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
