import type { IceServer } from "@rangecast/rtc";
import type { SignalClient } from "@rangecast/signal";

/** How the two sides of one session are introduced to each other: sealed for a share, in the open for the base protocol. */
export interface Handshake {
  readonly iceServers: IceServer[];
  /**
   * Hands the offer over.
   * @returns the session's signalling from here on
   * @throws {SignalError}; an RtcError for an SDP that the handshake can't vouch for
   */
  offer(sdp: string, signal: AbortSignal): Promise<SignalClient>;
  /**
   * The answer's SDP, if it is the host's to this very offer.
   * @throws {BindingError}, {RtcError} or {PayloadError}
   */
  answer(payload: string): Promise<string>;
}
