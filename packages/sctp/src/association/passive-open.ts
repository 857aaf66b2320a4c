/* The side that answers an INIT (RFC 9260, 5.1 and 5.2): it keeps nothing of it until its cookie comes back. */
import type { OwnInit, PeerInit } from "./negotiation.ts";
import { type Authenticate, type CookieContent, decodeCookie, encodeCookie } from "./state-cookie.ts";

/** The tags of an association that exists already. */
export interface RunningTags {
  readonly own: number;
  readonly peer: number;
}

/** The cookie for an INIT. @param own what the INIT ACK announces @param running undefined while none is established */
export function cookieFor(
  own: OwnInit,
  peer: PeerInit,
  running: RunningTags | undefined,
  createdMs: number,
  authenticate: Authenticate,
): Uint8Array {
  return encodeCookie(
    {
      createdMs,
      ownTag: own.tag,
      ownInitialTsn: own.initialTsn,
      peerTag: peer.tag,
      peerInitialTsn: peer.initialTsn,
      peerWindowBytes: peer.windowBytes,
      outboundStreams: peer.outboundStreams,
      inboundStreams: peer.inboundStreams,
      tieOwnTag: running?.own ?? 0,
      tiePeerTag: running?.peer ?? 0,
      features: peer.features,
    },
    authenticate,
  );
}

/**
 * What follows from a cookie that came back (RFC 9260, 5.1.5 and 5.2.4):
 * - `open`: it opens the association; also if both sides began at once (B)
 * - `acknowledge`: the association is open already, and our COOKIE ACK was lost (D)
 * - `restarted`: the peer has begun a new association (A)
 * - `stale`: it has expired; `ignore`: it is forged, or late (C)
 */
export type CookieVerdict = { readonly peer: PeerInit } | "acknowledge" | "restarted" | "stale" | "ignore";

/** @param ownTag that of our INIT @param running undefined while none is established */
export function judgeCookie(
  cookie: Uint8Array,
  ownTag: number,
  running: RunningTags | undefined,
  nowMs: number,
  authenticate: Authenticate,
): CookieVerdict {
  const content = decodeCookie(cookie, authenticate, nowMs);
  if (content === "forged") return "ignore";
  if (content === "stale") return "stale";
  if (content.ownTag !== ownTag) {
    const ties = running !== undefined && content.tieOwnTag === running.own && content.tiePeerTag === running.peer;
    return ties ? "restarted" : "ignore";
  }
  if (running !== undefined) return content.peerTag === running.peer ? "acknowledge" : "ignore";
  return { peer: peerOf(content) };
}

function peerOf({ peerTag, peerInitialTsn, peerWindowBytes, outboundStreams, inboundStreams, features }: CookieContent): PeerInit {
  return {
    tag: peerTag,
    initialTsn: peerInitialTsn,
    windowBytes: peerWindowBytes,
    outboundStreams,
    inboundStreams,
    features,
    cookie: undefined,
  };
}
