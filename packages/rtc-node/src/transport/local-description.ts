import { randomInt } from "node:crypto";

import type { DataChannelDescription, SessionDescription } from "@rangecast/rtc";

import type { IceAgent } from "../ice-agent/ice-agent.ts";
import { MAX_MESSAGE_BYTES } from "../connection/limits.ts";

/** SCTP's port in every description (RFC 8832). */
const SCTP_PORT = 5000;
const MAX_SESSION_ID = 2 ** 47;

/** A number for the `o=` line (RFC 8866, 5.2). */
export const newSessionId = (): string => String(randomInt(MAX_SESSION_ID));

/** Our role in DTLS (RFC 8842, 5.3): the side whose `setup` is `active` is the client. */
export function dtlsRole(type: SessionDescription["type"], { setup }: DataChannelDescription): "client" | "server" {
  const remoteIsClient = type === "offer" ? setup === "active" : setup !== "passive";
  return remoteIsClient ? "server" : "client";
}

export interface LocalDescriptionParts {
  readonly agent: Pick<IceAgent, "localUsername" | "localPassword">;
  /** The offer that is answered, with an INIT chunk only if we can use it; undefined: this is an offer. */
  readonly offer: DataChannelDescription | undefined;
  readonly sessionId: string;
  /** Of our certificate. */
  readonly fingerprint: string;
  /** Base64 of our INIT chunk. An answer has it only if the offer has one (SNAP). */
  readonly sctpInit: string;
  /** Without `a=`. */
  readonly candidates: readonly string[];
}

/** What this side says of itself. An answerer is the DTLS client unless the offerer wants to be it: it can begin as soon as there is a path. */
export function localDescription({
  agent,
  offer,
  sessionId,
  fingerprint,
  sctpInit,
  candidates,
}: LocalDescriptionParts): DataChannelDescription {
  return {
    sessionId,
    mid: offer?.mid ?? "0",
    bundled: offer?.bundled ?? true,
    iceLite: false,
    iceUfrag: agent.localUsername,
    icePwd: agent.localPassword,
    trickle: true,
    fingerprint,
    setup: offer === undefined ? "actpass" : offer.setup === "active" ? "passive" : "active",
    sctpPort: SCTP_PORT,
    maxMessageSize: MAX_MESSAGE_BYTES,
    sctpInit: offer === undefined || offer.sctpInit !== undefined ? sctpInit : undefined,
    candidates,
  };
}
