import { PayloadProtocol } from "./dcep.ts";

/** What the programs on both sides exchange. */
export type ChannelData = string | Uint8Array;

/** A message as SCTP carries it. */
export interface Payload {
  readonly protocolId: number;
  readonly bytes: Uint8Array;
  /** Bytes of the program's own data: 0 for an empty message, although SCTP carries one byte. */
  readonly length: number;
}

/** An empty message on the wire: SCTP can't send none (RFC 8831, 6.6). */
const FILLER = new Uint8Array(1);

const ENCODER = new TextEncoder();

/** A byte order mark is part of a text. Bytes that are not UTF-8 become U+FFFD, as in browsers. */
const UTF8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Binary data is not copied. */
export function payloadOf(data: ChannelData): Payload {
  const text = typeof data === "string";
  const bytes = text ? ENCODER.encode(data) : data;
  if (bytes.byteLength === 0)
    return { protocolId: text ? PayloadProtocol.STRING_EMPTY : PayloadProtocol.BINARY_EMPTY, bytes: FILLER, length: 0 };
  return { protocolId: text ? PayloadProtocol.STRING : PayloadProtocol.BINARY, bytes, length: bytes.byteLength };
}

/**
 * What a message holds. @returns undefined if its protocol id is none of a data channel's messages. The ids 52 and 54, of messages in parts, are deprecated
 * (RFC 8831, 6.6), so they are among those.
 */
export function dataOf(protocolId: number, bytes: Uint8Array): ChannelData | undefined {
  switch (protocolId) {
    case PayloadProtocol.STRING:
      return UTF8.decode(bytes);
    case PayloadProtocol.BINARY:
      return bytes;
    // What an empty message carries is ignored.
    case PayloadProtocol.STRING_EMPTY:
      return "";
    case PayloadProtocol.BINARY_EMPTY:
      return new Uint8Array(0);
    default:
      return undefined;
  }
}
