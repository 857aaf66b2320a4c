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
  /** Undefined: it is sent until it arrives. */
  readonly limits: SendLimits | undefined;
}

/** When a message is given up. */
export interface SendLimits {
  /** How often each of its chunks is sent again; Infinity: no limit. */
  readonly maxRetransmits: number;
  /** How long it is sent, ms; Infinity: no limit. */
  readonly lifetimeMs: number;
}

/** What a message with limits has besides. */
export class Limited implements SendLimits {
  readonly maxRetransmits: number;
  readonly lifetimeMs: number;
  /** When its lifetime ends, ms; NaN: not known yet. */
  expiresAtMs: number = Number.NaN;
  /** TSNs of its first chunk and of the last one so far. */
  firstTsn = 0;
  lastTsn = 0;
  /** It was given up: the peer has to skip its chunks. */
  abandoned = false;

  constructor({ maxRetransmits, lifetimeMs }: SendLimits) {
    this.maxRetransmits = maxRetransmits;
    this.lifetimeMs = lifetimeMs;
  }
}

/** A message that is being sent. A class, because objects that are spread together are slow. */
export class OutMessage implements QueuedMessage {
  readonly streamId: number;
  readonly protocolId: number;
  readonly unordered: boolean;
  readonly bytes: Uint8Array;
  readonly meter: QueueMeter | undefined;
  readonly limits: SendLimits | undefined;
  /** Undefined without limits. */
  readonly limited: Limited | undefined;
  readonly stream: OutStream;
  /** Its number in the stream: that of DATA, or of I_DATA. Set when its first fragment is sent. */
  sequence = 0;
  /** First byte that is not in a chunk yet. */
  at = 0;
  /** Its chunks so far. */
  fragments = 0;

  constructor(message: QueuedMessage, stream: OutStream) {
    this.streamId = message.streamId;
    this.protocolId = message.protocolId;
    this.unordered = message.unordered;
    this.bytes = message.bytes;
    this.meter = message.meter;
    this.limits = message.limits;
    this.limited = message.limits === undefined ? undefined : new Limited(message.limits);
    this.stream = stream;
  }
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
