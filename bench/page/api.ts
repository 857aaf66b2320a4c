/* What the bench page can be asked to do. Node calls it through Playwright, so all of it is JSON. */

/** `ours`: RemoteFile of @rangecast/client. `firehose`: one range to the end, and CANCEL and a new one for a seek. */
export type Way = "ours" | "firehose";

/** One plain session at a relay. */
export interface Target {
  readonly base: string;
  readonly sessionId: string;
  readonly key: string;
}

/** Bytes of the file that reached the reader, in so many milliseconds. */
export interface Flow {
  readonly bytes: number;
  readonly ms: number;
}

export interface SeekJob {
  /** Reading from the start before the first seek, so that reading ahead is at full speed. Milliseconds; not part of the flow. */
  readonly warmUpMs: number;
  /** From the first byte of a seek to the next seek, milliseconds. */
  readonly everyMs: number;
  /** No further seek after so many milliseconds. */
  readonly forMs: number;
  /** Where to seek, one after the other, bytes. */
  readonly offsets: readonly number[];
}

export interface SeekResult extends Flow {
  /** From the call to its first byte, one for each seek, milliseconds. */
  readonly firstByteMs: readonly number[];
}

export interface BenchPage {
  /** Connects. One viewer a page. */
  open(way: Way, target: Target): Promise<void>;
  close(): Promise<void>;
  /** Reads from the start, throws the first `warmUpMs` away, and counts for `measureMs`. */
  readFor(warmUpMs: number, measureMs: number): Promise<Flow>;
  /** Reads so many bytes from the start. */
  readBytes(bytes: number): Promise<Flow>;
  /** Reads ahead, and seeks. Only what a seek asked for counts: what still came of the one before does not. */
  seek(job: SeekJob): Promise<SeekResult>;
  /** Connects and reads; answers when the first byte came, milliseconds since 1970. */
  firstByteAt(way: Way, target: Target): Promise<number>;
  /** Fetches a URL and reads it to its end. */
  fetchAll(url: string): Promise<Flow>;
  /** One end of a bare channel between two browsers: offers, and then takes so many bytes. */
  receiverOffer(): Promise<string>;
  receiverTake(answer: string, bytes: number): Promise<Flow>;
  /** The other end: answers, and sends 64 KiB messages for as long as the channel is open. */
  senderAnswer(offer: string): Promise<string>;
}

declare global {
  interface Window {
    bench: BenchPage;
  }
}
