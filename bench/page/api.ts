/* The functions of the bench page. Node calls them through Playwright, so all arguments and results are JSON. */

/** `ours`: RemoteFile of @rangecast/client. `firehose`: one range to the end; a seek is a CANCEL and a new range. */
export type Way = "ours" | "firehose";

/** A plain session at a relay. */
export interface Target {
  readonly base: string;
  readonly sessionId: string;
  readonly key: string;
}

/** Bytes of the file that reached the reader, and in how many milliseconds. */
export interface Flow {
  readonly bytes: number;
  readonly ms: number;
}

/** How the bytes of a flow are spread over time. */
export interface SteadyFlow extends Flow {
  /** Of each full second. */
  readonly bytesBySecond: readonly number[];
}

export interface SeekJob {
  /** Time of reading from the start before the first seek, so that read-ahead is at full speed. Milliseconds; not part of the result. */
  readonly warmUpMs: number;
  /** From the first byte of a seek to the next seek, milliseconds. */
  readonly everyMs: number;
  /** No further seek after this many milliseconds. */
  readonly forMs: number;
  /** Offsets of the seeks, in order, bytes. */
  readonly offsets: readonly number[];
}

export interface SeekResult extends Flow {
  /** For each seek, milliseconds from the call to its first byte. */
  readonly firstByteMs: readonly number[];
}

export interface BenchPage {
  /** Connects. One viewer per page. */
  open(way: Way, target: Target): Promise<void>;
  close(): Promise<void>;
  /** Reads from the start, ignores the first `warmUpMs`, and counts for `measureMs`. */
  readFor(warmUpMs: number, measureMs: number): Promise<SteadyFlow>;
  /** Reads this many bytes from the start. */
  readBytes(bytes: number): Promise<Flow>;
  /** Reads ahead, and seeks. Only bytes that the current seek requested count, not late ones of the previous seek. */
  seek(job: SeekJob): Promise<SeekResult>;
  /** Connects and reads. @returns when the first byte arrived, milliseconds since 1970 */
  firstByteAt(way: Way, target: Target): Promise<number>;
  /** Fetches a URL and reads it to its end. */
  fetchAll(url: string): Promise<Flow>;
  /** One end of a bare channel between two browsers: offers, and then receives this many bytes. */
  receiverOffer(): Promise<string>;
  receiverTake(answer: string, bytes: number): Promise<Flow>;
  /** The same end, with any sender: bytes of each second from the first message on. Rejects if the channel closes before a message. */
  receiverCount(answer: string, seconds: number): Promise<number[]>;
  /** The other end: answers, and sends 64 KiB messages while the channel is open. */
  senderAnswer(offer: string): Promise<string>;
}

declare global {
  interface Window {
    bench: BenchPage;
  }
}
