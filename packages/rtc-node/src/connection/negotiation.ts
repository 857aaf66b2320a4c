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
  // An offer may always leave the choice of the role to the answer; the answer keeps it.
  const sameRole = after.setup === before.setup || (type === "offer" && after.setup === "actpass");
  const change =
    after.fingerprint !== before.fingerprint
      ? "has another fingerprint"
      : after.mid !== before.mid || after.sctpPort !== before.sctpPort
        ? "describes another data section"
        : !sameRole
          ? "changes the role in DTLS"
          : after.iceUfrag === before.iceUfrag || after.icePwd === before.icePwd
            ? "has ICE credentials of the description before"
            : undefined;
  if (change !== undefined) throw new RtcNodeError("not-a-restart", `the ${type} ${change}`);
}
