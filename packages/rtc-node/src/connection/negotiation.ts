import type { ConnectionState } from "@rangecast/rtc";

import { RtcNodeError } from "../rtc-node-error.ts";

/** The protocol has one negotiation per connection. */
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
