import type { OutMessage } from "./out-chunk.ts";

/** Messages that are not, or not completely, in chunks, and which of them goes next. */
export interface MessageQueue {
  /** Bytes that are not in a chunk yet. */
  readonly bytes: number;
  /** The message whose bytes go next. */
  readonly first: OutMessage | undefined;
  add(message: OutMessage): void;
  /** `bytes` more of the first message are in a chunk. */
  take(bytes: number): void;
  /** Removes what is left of a message that is the first one of its stream. @returns its bytes */
  dropRest(message: OutMessage): number;
  /** Removes the messages of a stream that have not begun, but for those of one protocol. @returns them */
  drop(streamId: number, keptProtocolId: number | undefined): OutMessage[];
}
