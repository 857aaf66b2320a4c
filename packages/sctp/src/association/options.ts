import type { CongestionController } from "../congestion/controller.ts";
import type { Message } from "../receiving/assembly.ts";
import type { Authenticate } from "./state-cookie.ts";

/** Why an association ended. */
export type EndReason =
  /** Both sides shut it down; everything arrived. */
  | "shut-down"
  /** This side aborted it. */
  | "aborted"
  /** The peer aborted it. */
  | "peer-aborted"
  /** The peer did not answer: the handshake or a retransmission was given up. */
  | "no-answer"
  /** Packets of the size that messages were cut to are not delivered any more (see `maxPathPacketBytes`). */
  | "path-shrank"
  /** The peer broke the protocol. */
  | "protocol-violation"
  /** The peer began a new association. */
  | "peer-restarted";

export interface AssociationEnd {
  readonly reason: EndReason;
  /** For people; the peer's text, if it sent one. */
  readonly message: string;
}

/** Numbers of an association, for display and tests. */
export interface AssociationStats {
  /** Sent, and neither acknowledged nor lost, bytes. */
  readonly inflightBytes: number;
  /** Most bytes that may be in flight now. */
  readonly windowBytes: number;
  /** How fast packets leave while the window is open, bytes per ms; Infinity: at once. */
  readonly pacingRate: number;
  /** Acknowledged so far, bytes. */
  readonly deliveredBytes: number;
  /** Taken for lost so far, bytes. */
  readonly lostBytes: number;
  /** Smoothed round trip, ms; NaN: unknown. */
  readonly roundTripMs: number;
  /** Of the peer's messages that are not complete, or wait for an earlier one: memory, bytes. */
  readonly heldBytes: number;
  /** Largest packet that is sent now, bytes. */
  readonly packetBytes: number;
}

/** Called while a packet or a deadline is processed. Calls back into the association are allowed, except receive() and poll(). */
export interface AssociationEvents {
  /** Messages can be sent, and arrive, from now on. */
  readonly onOpen?: () => void;
  readonly onMessage?: (message: Message) => void;
  /** The peer reset its outgoing streams (RFC 6525): none of their messages follows. */
  readonly onPeerReset?: (streamIds: readonly number[]) => void;
  /** Our reset of outgoing streams was done, or refused. */
  readonly onResetDone?: (streamIds: readonly number[], accepted: boolean) => void;
  /** Fewer bytes are buffered than before. */
  readonly onSent?: () => void;
  /** Final. Called once. */
  readonly onEnd?: (end: AssociationEnd) => void;
}

export interface AssociationOptions extends AssociationEvents {
  /** Random bytes of cryptographic quality, for tags and sequence numbers. */
  readonly randomBytes: (length: number) => Uint8Array;
  /** Authenticates state cookies. */
  readonly authenticate: Authenticate;
  /** @default 5000, as WebRTC uses */
  readonly sourcePort?: number;
  /** @default 5000 */
  readonly destinationPort?: number;
  /** Largest packet, bytes, without what carries it. @default 1172: with DTLS, UDP and IPv6 or TURN around it, 1280 */
  readonly maxPacketBytes?: number;
  /**
   * Largest packet to look for, bytes: probes find out what the path carries between `maxPacketBytes` and this (RFC 8899). The carrier must not fragment
   * packets, and must lose those that it can't send. If the path carries less later on, and packets under way are too large for it, the association ends
   * with `path-shrank`: a new one begins with `maxPacketBytes`. @default `maxPacketBytes`: no probes
   */
  readonly maxPathPacketBytes?: number;
  /** Largest message that is accepted, bytes. @default 262144 */
  readonly maxMessageBytes?: number;
  /** Bytes that may wait to be put together. @default 1 MiB */
  readonly receiveWindowBytes?: number;
  /** Streams in each direction, at most 65535. @default 65535 */
  readonly streams?: number;
  /** @default the model-based one */
  readonly congestion?: CongestionController;
  /** The carrier protects packets, as DTLS does, so checksums may be left out (RFC 9653). @default false */
  readonly carrierProtects?: boolean;
  /**
   * Streams take turns by fragments of their messages, so that a large one does not hold back the others (RFC 8260), if the peer wants that, too. The receive
   * window must hold a message of each stream that is used at the same time. @default false
   */
  readonly interleaving?: boolean;
  /** How often anything is sent again without an answer before the association ends. @default 10 */
  readonly maxRetransmissions?: number;
  /** @default 200 ms */
  readonly minRtoMs?: number;
  /** @default 10 s */
  readonly maxRtoMs?: number;
  /** How often a path without traffic is checked, ms; 0: never. @default 30 s */
  readonly heartbeatMs?: number;
}

/** Options with their defaults. */
export type ResolvedOptions = AssociationOptions & Required<Omit<AssociationOptions, keyof AssociationEvents | "congestion">>;

/** More would not fit into a u16. */
const MAX_STREAMS = 65_535;

export function withDefaults(options: AssociationOptions): ResolvedOptions {
  const maxPacketBytes = options.maxPacketBytes ?? 1172;
  return {
    ...options,
    sourcePort: options.sourcePort ?? 5000,
    destinationPort: options.destinationPort ?? 5000,
    maxPacketBytes,
    maxPathPacketBytes: Math.max(maxPacketBytes, options.maxPathPacketBytes ?? maxPacketBytes),
    maxMessageBytes: options.maxMessageBytes ?? 262_144,
    receiveWindowBytes: options.receiveWindowBytes ?? 1024 * 1024,
    streams: Math.min(options.streams ?? MAX_STREAMS, MAX_STREAMS),
    carrierProtects: options.carrierProtects ?? false,
    interleaving: options.interleaving ?? false,
    maxRetransmissions: options.maxRetransmissions ?? 10,
    minRtoMs: options.minRtoMs ?? 200,
    maxRtoMs: options.maxRtoMs ?? 10_000,
    heartbeatMs: options.heartbeatMs ?? 30_000,
  };
}
