import type { ConnectionState, DataChannelDescription, SessionDescription } from "@rangecast/rtc";

import { RtcNodeError } from "../rtc-node-error.ts";

/** The protocol has one negotiation per connection; a transport that can restart ICE begins at `stable` again. */
export type Negotiation = "new" | "offering" | "answering" | "stable";

/** @throws {RtcNodeError} `closed` */
export function requireAlive(state: ConnectionState): void {
  if (state === "closed") throw new RtcNodeError("closed", "the connection is closed");
}

/** @param why what the caller wanted, and can't have otherwise @throws {RtcNodeError} `wrong-state` */
export function requireNegotiation(actual: Negotiation, wanted: Negotiation, why: string): void {
  if (actual !== wanted) throw new RtcNodeError("wrong-state", `${why}, not while ${actual}`);
}

/** @throws {RtcNodeError} `ice-restart-unsupported` */
export function refuseIceRestart({ iceRestart }: { readonly iceRestart?: boolean }): void {
  if (iceRestart === true) throw new RtcNodeError("ice-restart-unsupported", "this stack can't restart ICE: create a new connection");
}

/**
 * Checks that a later description restarts ICE and changes nothing else: DTLS and SCTP go on, with the same peer and the same roles (RFC 8842, 5.5; RFC 8839,
 * 4.4.1.1.1).
 * @throws {RtcNodeError} `not-a-restart`
 */
export function requireIceRestart(type: SessionDescription["type"], before: DataChannelDescription, after: DataChannelDescription): void {
  const fault = whyNotRestart(type, before, after);
  if (fault !== undefined) throw new RtcNodeError("not-a-restart", `the ${type} ${fault}`);
}

/** Why a later description is no restart of ICE, for people; undefined: it is one. */
function whyNotRestart(
  type: SessionDescription["type"],
  before: DataChannelDescription,
  after: DataChannelDescription,
): string | undefined {
  if (after.fingerprint !== before.fingerprint) return "has another fingerprint";
  if (after.mid !== before.mid || after.sctpPort !== before.sctpPort) return "describes another data section";
  // An offer may always leave the choice of the role to the answer; the answer keeps it.
  if (after.setup !== before.setup && !(type === "offer" && after.setup === "actpass")) return "changes the role in DTLS";
  if (after.iceUfrag === before.iceUfrag || after.icePwd === before.icePwd) return "has ICE credentials of the description before";
  return undefined;
}
