import type { ArrivalStamp } from "../loss/arrival-rate.ts";
import type { DeliveryStamp } from "../loss/delivery-rate.ts";
import type { OutStream } from "./out-stream.ts";

/** Told when bytes of a message leave the queue: into a packet for the first time, or because the message was dropped. */
export interface QueueMeter {
  onLeft(bytes: number): void;
}

/** A message as it was given to the association. */
export interface QueuedMessage {
  readonly streamId: number;
  readonly protocolId: number;
  readonly unordered: boolean;
  readonly bytes: Uint8Array;
  readonly meter: QueueMeter | undefined;
  /** How often each of its chunks is sent again before the message is given up; Infinity: no limit. */
  readonly maxRetransmits: number;
  /** How long it is sent before it is given up, ms; Infinity: no limit. */
  readonly lifetimeMs: number;
}

/** A message that is being sent. */
export interface OutMessage extends QueuedMessage {
  readonly stream: OutStream;
  /** Its number in the stream: that of DATA, or of I_DATA. Set when its first fragment is sent. */
  sequence: number;
  /** First byte that is not in a chunk yet. */
  at: number;
  /** TSNs of its first chunk and of the last one so far. */
  firstTsn: number;
  lastTsn: number;
  /** Its chunks so far. */
  fragments: number;
  /** When its lifetime ends, ms; NaN: not known yet. */
  expiresAtMs: number;
  /** It was given up: the peer has to skip its chunks. */
  abandoned: boolean;
}

/**
 * A DATA chunk from its first transmission until its TSN is acknowledged cumulatively. Chunks are reused, and linked in the order of their last
 * transmission while they are in flight (RFC 8985 needs that order).
 */
export class OutChunk implements DeliveryStamp, ArrivalStamp {
  tsn = 0;
  flags = 0;
  /** It has the bytes of this message from `start` to `end`. Undefined while the chunk is not used. */
  message: OutMessage | undefined;
  /** Its number among the message's chunks. */
  fragment = 0;
  start = 0;
  end = 0;
  state: "in-flight" | "unreported" | "lost" | "acknowledged" | "abandoned" = "in-flight";
  /** It counts as lost only because a timer expired: its first transmission may still arrive (F-RTO, RFC 5682). */
  lostByTimeout = false;
  transmissions = 0;
  sentAtMs = 0;
  /** For the delivery rate (draft-cheng-iccrg-delivery-rate-estimation, 3.2): the sender's numbers when it was sent. */
  deliveredBytes = 0;
  deliveredAtMs = 0;
  firstSentAtMs = 0;
  appLimited = false;
  /** SACKs that had arrived when it was sent. */
  sacks = 0;
  /** Packets that had been sent by then, and the mean payload of the last of them, bytes. */
  packets = 0;
  packetBytes = 0;
  reportsComplete = true;
  /** Neighbours in the order of transmission. */
  before: OutChunk | undefined;
  after: OutChunk | undefined;

  /** Payload, bytes. */
  get length(): number {
    return this.end - this.start;
  }

  /** Lets go of the message. */
  clear(): void {
    if (this.message !== undefined) this.message.stream.chunks -= 1;
    this.message = undefined;
    this.before = this.after = undefined;
  }
}
