/** What a fragment, a waiting message or a stream costs besides its bytes. Without it, empty ones would fill the memory. */
export const OVERHEAD_BYTES = 64;

/** What a fragment or a waiting message costs, bytes. */
export function costOf({ bytes }: { readonly bytes: Uint8Array }): number {
  return bytes.byteLength + OVERHEAD_BYTES;
}

/** A message that arrived whole. */
export interface Message {
  readonly streamId: number;
  readonly protocolId: number;
  readonly unordered: boolean;
  /** A buffer of its own. */
  readonly bytes: Uint8Array;
}

/** The fields of a DATA or an I_DATA chunk. */
export interface IncomingChunk {
  readonly flags: number;
  readonly tsn: number;
  readonly streamId: number;
  /** The number of its message in the stream: the stream sequence number of DATA, the message id of I_DATA. */
  readonly sequence: number;
  /** Of I_DATA, only in the first fragment; the others have their number here. */
  readonly protocolId: number;
}

/** Up to this message of a stream the peer gave up all that did not arrive. */
export interface Skipped {
  readonly streamId: number;
  readonly unordered: boolean;
  readonly sequence: number;
}

/** Why a chunk ends the association: its sender breaks the protocol. */
export type ReassemblyFault = "message-too-large" | "bad-fragments";

/** Puts messages together, and those of each stream in order. */
export interface Assembly {
  /** What arrived and can't be delivered yet costs so much memory, bytes. */
  readonly heldBytes: number;
  /** A new chunk arrived. Its payload is copied, if it must be kept. */
  add(chunk: IncomingChunk, packet: Uint8Array, start: number, end: number): ReassemblyFault | undefined;
  /** The peer gave up chunks up to this TSN, and these streams continue after these messages (RFC 3758, 3.6; RFC 8260, 2.3). */
  skip(tsn: number, skipped: readonly Skipped[]): void;
  /** The peer has reset these streams (RFC 6525); all of them if none is named. */
  reset(streamIds: readonly number[]): void;
}
