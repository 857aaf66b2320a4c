/*
 * The header of a fragment of a handshake message (RFC 6347, 4.2.2). A record holds one or more fragments.
 *
 *  0        1                          4                 6                          9                          12
 * +--------+--------------------------+-----------------+--------------------------+--------------------------+
 * | type   | length of the message    | message number  | fragment's offset        | fragment's length        |
 * +--------+--------------------------+-----------------+--------------------------+--------------------------+
 */
import { concat, u16, u24, u8 } from "../bytes/byte-parts.ts";
import { ByteReader } from "../bytes/byte-reader.ts";

export const MESSAGE_HEADER_BYTES = 12;

/** A handshake message that is complete. */
export interface HandshakeMessage {
  readonly type: number;
  /** Its number in the handshake, from 0 in each direction. */
  readonly sequence: number;
  readonly body: Uint8Array;
}

/** A part of a handshake message. */
export interface Fragment {
  readonly type: number;
  readonly sequence: number;
  /** Bytes of the whole message. */
  readonly messageLength: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Encodes a part of a message, or all of it. */
export function encodeFragment({ type, sequence, body }: HandshakeMessage, offset = 0, length: number = body.byteLength): Uint8Array {
  return concat(u8(type), u24(body.byteLength), u16(sequence), u24(offset), u24(length), body.subarray(offset, offset + length));
}

/** Reads a fragment. The reader has failed if it isn't complete. */
export function readFragment(reader: ByteReader): Fragment {
  const [type, messageLength, sequence, offset] = [reader.u8(), reader.u24(), reader.u16(), reader.u24()];
  return { type, sequence, messageLength, offset, bytes: reader.vector24(0, Number.POSITIVE_INFINITY) };
}

/** Reads the fragments of a record. @returns those before the first one that isn't complete, and whether all were */
export function readFragments(content: Uint8Array): { readonly fragments: readonly Fragment[]; readonly complete: boolean } {
  const reader = new ByteReader(content);
  const fragments: Fragment[] = [];
  while (reader.left > 0) {
    const fragment = readFragment(reader);
    if (reader.failed) break;
    fragments.push(fragment);
  }
  return { fragments, complete: reader.complete && fragments.length > 0 };
}
