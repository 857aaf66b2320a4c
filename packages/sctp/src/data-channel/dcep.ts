/*
 * DCEP, the protocol that opens data channels (RFC 8832). Its messages have the payload protocol id `DCEP`.
 *
 * DATA_CHANNEL_OPEN (5.1):                       DATA_CHANNEL_ACK (5.2):
 *
 *  0        1        2                 4          0        1
 * +--------+--------+-----------------+          +--------+
 * | 0x03   | type   | priority        |          | 0x02   |
 * +--------+--------+-----------------+          +--------+
 * | reliability parameter             |
 * +-----------------+-----------------+
 * | label bytes     | protocol bytes  |
 * +-----------------+-----------------+
 * | label (UTF-8) …, protocol (UTF-8) …
 */
import { readU16, readU32, writeU16, writeU32 } from "../wire/big-endian.ts";

/** Payload protocol ids of data channels (RFC 8831, 8). An empty message is one byte of zero with an id of its own, because SCTP can't send none. */
export const PayloadProtocol = {
  DCEP: 50,
  STRING: 51,
  BINARY: 53,
  STRING_EMPTY: 56,
  BINARY_EMPTY: 57,
} as const;

/** Priorities (RFC 8831, 6.4). */
export const ChannelPriority = { BELOW_NORMAL: 128, NORMAL: 256, HIGH: 512, EXTRA_HIGH: 1024 } as const;

/** What the two sides agree on when a channel opens. */
export interface DataChannelOpen {
  readonly type: "open";
  readonly ordered: boolean;
  /** Without it, all messages arrive. */
  readonly partial?: PartialReliability;
  /** {@link ChannelPriority}, or any other u16. */
  readonly priority: number;
  readonly label: string;
  readonly protocol: string;
}

/** When the sender of a message may give it up. */
export type PartialReliability =
  | { readonly limit: "retransmissions"; readonly count: number }
  /** Milliseconds after it was given to the sender. */
  | { readonly limit: "lifetime"; readonly ms: number };

export interface DataChannelAck {
  readonly type: "ack";
}

/** Why a message is not DCEP: of unknown type, of unknown channel type, of wrong length, or a name is not UTF-8. */
export type DcepFault = "unknown-type" | "unknown-channel-type" | "bad-length" | "bad-utf8";

const MessageType = { ACK: 0x02, OPEN: 0x03 } as const;
const OPEN_HEADER_BYTES = 12;
/** A bit of the channel type. */
const UNORDERED = 0x80;
/** The channel type without that bit. */
const Reliability = { RELIABLE: 0x00, RETRANSMISSIONS: 0x01, LIFETIME: 0x02 } as const;
const MAX_NAME_BYTES = 0xffff;

/** Decodes a DCEP message. */
export function decodeDcep(bytes: Uint8Array): DataChannelOpen | DataChannelAck | DcepFault {
  switch (bytes[0]) {
    case MessageType.OPEN:
      return decodeOpen(bytes);
    case MessageType.ACK:
      return { type: "ack" }; // Of any length: pion sends three bytes of zero behind it.
    default:
      return bytes.length === 0 ? "bad-length" : "unknown-type";
  }
}

/** @throws {RangeError} if label or protocol is over 65,535 bytes */
export function encodeDataChannelOpen(open: Omit<DataChannelOpen, "type">): Uint8Array<ArrayBuffer> {
  const label = encodeName(open.label);
  const protocol = encodeName(open.protocol);
  const { reliability, parameter } = encodeReliability(open.partial);
  const bytes = new Uint8Array(OPEN_HEADER_BYTES + label.length + protocol.length);
  bytes[0] = MessageType.OPEN;
  bytes[1] = reliability | (open.ordered ? 0 : UNORDERED);
  writeU16(bytes, 2, open.priority);
  writeU32(bytes, 4, parameter);
  writeU16(bytes, 8, label.length);
  writeU16(bytes, 10, protocol.length);
  bytes.set(label, OPEN_HEADER_BYTES);
  bytes.set(protocol, OPEN_HEADER_BYTES + label.length);
  return bytes;
}

export function encodeDataChannelAck(): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(MessageType.ACK);
}

function decodeOpen(bytes: Uint8Array): DataChannelOpen | DcepFault {
  if (bytes.length < OPEN_HEADER_BYTES) return "bad-length";
  const labelEnd = OPEN_HEADER_BYTES + readU16(bytes, 8);
  if (bytes.length !== labelEnd + readU16(bytes, 10)) return "bad-length";
  const partial = decodeReliability(bytes[1]! & ~UNORDERED, readU32(bytes, 4));
  if (partial === "unknown-channel-type") return partial;
  const label = decodeName(bytes.subarray(OPEN_HEADER_BYTES, labelEnd));
  const protocol = decodeName(bytes.subarray(labelEnd));
  if (label === undefined || protocol === undefined) return "bad-utf8";
  const ordered = (bytes[1]! & UNORDERED) === 0;
  return { type: "open", ordered, ...(partial === undefined ? {} : { partial }), priority: readU16(bytes, 2), label, protocol };
}

function decodeReliability(reliability: number, parameter: number): PartialReliability | "unknown-channel-type" | undefined {
  switch (reliability) {
    case Reliability.RELIABLE:
      return undefined; // The parameter is ignored (RFC 8832, 5.1).
    case Reliability.RETRANSMISSIONS:
      return { limit: "retransmissions", count: parameter };
    case Reliability.LIFETIME:
      return { limit: "lifetime", ms: parameter };
    default:
      return "unknown-channel-type";
  }
}

function encodeReliability(partial: PartialReliability | undefined): { readonly reliability: number; readonly parameter: number } {
  if (partial === undefined) return { reliability: Reliability.RELIABLE, parameter: 0 };
  if (partial.limit === "lifetime") return { reliability: Reliability.LIFETIME, parameter: partial.ms };
  return { reliability: Reliability.RETRANSMISSIONS, parameter: partial.count };
}

function encodeName(name: string): Uint8Array {
  const bytes = new TextEncoder().encode(name);
  if (bytes.length > MAX_NAME_BYTES) throw new RangeError(`a label or protocol can't be ${bytes.length} bytes`);
  return bytes;
}

function decodeName(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
