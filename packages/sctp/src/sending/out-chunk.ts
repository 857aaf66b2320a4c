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
}

/** A message that is being sent. */
export interface OutMessage extends QueuedMessage {
  readonly stream: OutStream;
  /** Set when its first fragment is sent. */
  streamSequence: number;
  /** First byte that is not in a chunk yet. */
  at: number;
}

const NO_BYTES = new Uint8Array(0);

/**
 * A DATA chunk from its first transmission until its TSN is acknowledged cumulatively. Chunks are reused, and linked in the order of their last
 * transmission while they are in flight (RFC 8985 needs that order).
 */
export class OutChunk implements DeliveryStamp, ArrivalStamp {
  tsn = 0;
  flags = 0;
  /** Undefined while the chunk is not used. */
  stream: OutStream | undefined;
  streamSequence = 0;
  protocolId = 0;
  /** The message's bytes from `start` to `end`. */
  source: Uint8Array = NO_BYTES;
  start = 0;
  end = 0;
  state: "in-flight" | "unreported" | "lost" | "acknowledged" = "in-flight";
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
    if (this.stream !== undefined) this.stream.chunks -= 1;
    this.stream = undefined;
    this.source = NO_BYTES;
    this.before = this.after = undefined;
  }
}
