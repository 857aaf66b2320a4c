import type { AssociationEvents, AssociationOptions } from "../association/options.ts";
import type { ChannelRole } from "./channel-table.ts";
import type { DataChannel } from "./data-channel.ts";

/** Events of the association that the channels use themselves. */
type TakenEvents = "onMessage" | "onPeerReset" | "onResetDone";

export interface DataChannelsEvents extends Omit<AssociationEvents, TakenEvents> {
  /** The peer opened a channel. It is open. Its handlers must be set before this returns: its messages may follow at once. */
  readonly onChannel?: (channel: DataChannel) => void;
}

/** Options of the channels, and of the association that they run over. */
export interface DataChannelsOptions extends Omit<AssociationOptions, keyof AssociationEvents>, DataChannelsEvents {
  /** Which ids this side gives to its channels. @default unknown until {@link DataChannels.setRole} */
  readonly role?: ChannelRole;
  /** Largest message that the peer takes, bytes; Infinity: of any size. @default 65536 (RFC 8841, 6.1, where the peer names no size) */
  readonly peerMaxMessageBytes?: number;
  /** Most channels that the peer may have open at once, and as many refused ones that are not closed yet. @default 1024 */
  readonly maxPeerChannels?: number;
  /** Most bytes of the labels and protocols of those channels together. @default 256 KiB */
  readonly maxPeerNameBytes?: number;
}

/** RFC 8841, 6.1: the default of "max-message-size". */
const DEFAULT_PEER_MAX_MESSAGE_BYTES = 65_536;

/** Browsers allow about as many, and programs use a handful. A channel costs about 1 KiB, so this bounds what a peer can fill to 1 MiB. */
const DEFAULT_MAX_PEER_CHANNELS = 1024;

/** A label and a protocol may have 65,535 bytes each (RFC 8832, 5.1), which would be 128 MiB for all channels. */
const DEFAULT_MAX_PEER_NAME_BYTES = 256 * 1024;

export interface ChannelLimits {
  readonly maxPeerChannels: number;
  readonly maxPeerNameBytes: number;
  readonly peerMaxMessageBytes: number;
}

export function limitsOf(options: DataChannelsOptions): ChannelLimits {
  return {
    maxPeerChannels: options.maxPeerChannels ?? DEFAULT_MAX_PEER_CHANNELS,
    maxPeerNameBytes: options.maxPeerNameBytes ?? DEFAULT_MAX_PEER_NAME_BYTES,
    peerMaxMessageBytes: options.peerMaxMessageBytes ?? DEFAULT_PEER_MAX_MESSAGE_BYTES,
  };
}
