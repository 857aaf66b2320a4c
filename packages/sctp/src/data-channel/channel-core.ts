import type { SendOptions } from "../association/association.ts";
import type { BufferedAmount } from "./buffered-amount.ts";
import type { ChannelSettings } from "./channel-options.ts";
import type { DataChannel } from "./data-channel.ts";
import type { PartialReliability } from "./dcep.ts";

/**
 *   connecting ──the association is open──▶ open ──close(), or the peer's reset──▶ closing ──both directions are reset──▶ closed
 *
 * The association's end closes a channel in any state, and so does close() while it is connecting.
 */
export type ChannelState = "connecting" | "open" | "closing" | "closed";

/** Why a channel closed. */
export type ChannelCloseReason =
  /** This side closed it. */
  | "closed"
  /** The peer closed it. */
  | "peer-closed"
  /** The peer did not accept it: it closed it without an ACK or a message. */
  | "refused"
  /** The peer broke a rule of RFC 8831 or RFC 8832 on it. */
  | "protocol-violation"
  /** The peer has fewer streams than its id. */
  | "no-stream"
  | "association-ended";

/** The state of a channel, which the parts of this layer share. */
export class ChannelCore {
  readonly settings: ChannelSettings;
  /** Those of each message. */
  readonly limits: Pick<SendOptions, "maxRetransmits" | "lifetimeMs">;
  readonly buffered: BufferedAmount;
  /** Who opened it; "refused": the peer, and this side's program never sees it. */
  readonly origin: "own" | "peer" | "refused";
  /** What the program has. */
  channel: DataChannel | undefined;
  /** Undefined until the role of this side is known. */
  id: number | undefined;
  state: ChannelState = "connecting";
  /** Bytes of the names that the peer gave it; 0 for a channel of this side. */
  peerNameBytes = 0;
  /** Whether the peer is known to have it: an ACK or a message has arrived, or the peer opened it, or there is no handshake. */
  answered = false;
  /** Why it closes. */
  reason: ChannelCloseReason | undefined;
  /** This side asked for the reset of its direction. */
  resetRequested = false;
  /** This side's direction is reset. */
  ownReset = false;
  /** The peer's direction is reset. */
  peerReset = false;
  /** When the reset is requested although the peer has not answered, ms; NaN: closed since the last look at the clock. */
  resetAtMs: number = Number.NaN;

  constructor(origin: ChannelCore["origin"], settings: ChannelSettings, buffered: BufferedAmount) {
    this.origin = origin;
    this.settings = settings;
    this.limits = limitsOf(settings.partial);
    this.buffered = buffered;
  }
}

function limitsOf(partial: PartialReliability | undefined): ChannelCore["limits"] {
  if (partial === undefined) return {};
  return partial.limit === "lifetime" ? { lifetimeMs: partial.ms } : { maxRetransmits: partial.count };
}
