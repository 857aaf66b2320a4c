import {
  type Announcement,
  BASE_CHUNK_BYTES,
  type Frame,
  type GoodbyeReason,
  largeChunkBytes,
  RangeStatus,
  UNKNOWN_SIZE,
} from "@rangecast/wire";
import type { FakeChannel } from "@rangecast/testkit/fakes/fake-channel";
import { patternBytes } from "@rangecast/testkit/files/pattern";

export interface AgentScript {
  /** Size in HELLO, bytes. @default 1 MiB */
  readonly size?: number | bigint;
  /** Real size of the file, bytes. @default size */
  readonly realSize?: number;
  readonly name?: string;
  readonly announcement?: Announcement;
  /** @default 16,384 */
  readonly chunkBytes?: number;
  /** Ignores CANCEL, like some agents of the base protocol: it sends the whole range and a RANGE_END. */
  readonly deafToCancel?: boolean;
  /** Number of RANGE_REQs to refuse with status 1 first. */
  readonly busyFirst?: number;
  /** The size in HELLO is an estimate. The file ends at `realSize`, which is reported as `saysEnd` describes. */
  readonly transcoding?: boolean;
  /** How the end of the file is reported. `short`: status 0 without the flag, as if it stopped early. @default "flagged" */
  readonly saysEnd?: "flagged" | "flagged-empty" | "short";
  /** Doesn't flag last chunks, like some agents of the base protocol. */
  readonly flagsNothing?: boolean;
}

interface Served {
  readonly streamId: number;
  offset: number;
  readonly end: number;
  readonly chunkBytes: number;
}

/**
 * An agent of the base protocol that sends one frame per step, so that a test can act between two frames. It serves its ranges in turns. With an
 * announcement it does what that offers.
 */
export class ScriptedAgent {
  readonly #channel: FakeChannel;
  readonly #script: AgentScript;
  readonly #ranges: Served[] = [];
  #busyLeft: number;
  /** Largest number of ranges at once, including waiting ones. */
  mostRanges = 0;
  /** Largest number of bytes that were requested and not sent. */
  mostOutstanding = 0;
  requests = 0;
  cancels = 0;

  constructor(channel: FakeChannel, script: AgentScript = {}) {
    this.#channel = channel;
    this.#script = script;
    this.#busyLeft = script.busyFirst ?? 0;
    channel.onsent = (frame) => this.#take(frame);
  }

  get size(): number {
    return this.#script.realSize ?? Number(this.#script.size ?? 1024 * 1024);
  }

  /** Whether its HELLO gives a provisional size. */
  get #openEnd(): boolean {
    return this.#script.transcoding === true || this.#script.size === UNKNOWN_SIZE;
  }

  /** Opens the channel and sends HELLO. */
  hello(): void {
    if (this.#channel.readyState === "connecting") this.#channel.open();
    const { name = "film.mp4", announcement, size = this.size } = this.#script;
    const known = announcement === undefined ? {} : { announcement };
    this.#give({
      type: "hello",
      streamId: 0,
      size: BigInt(size),
      name,
      transcoding: this.#script.transcoding ?? false,
      seekable: true,
      ...known,
    });
  }

  goodbye(reason: GoodbyeReason, message = ""): void {
    this.#give({ type: "goodbye", streamId: 0, reason, message });
  }

  /** Sends one frame of the range whose turn it is. @returns false if there is none */
  step(): boolean {
    const range = this.#ranges.shift();
    if (range === undefined) return false;
    const { streamId, offset, chunkBytes } = range;
    const end = Math.min(offset + chunkBytes, range.end, this.size);
    const { saysEnd = "flagged" } = this.#script;
    if (offset >= end) {
      if (this.#openEnd && saysEnd === "flagged-empty" && offset < range.end)
        this.#give({ type: "range-data", streamId, last: true, data: new Uint8Array(0) });
      this.#give({ type: "range-end", streamId, status: RangeStatus.DONE });
      return true;
    }
    range.offset = end;
    const ends = end === range.end || (this.#openEnd && saysEnd === "flagged" && end === this.size);
    const last = ends && this.#script.flagsNothing !== true;
    this.#ranges.push(range);
    this.#give({ type: "range-data", streamId, last, data: patternBytes(offset, end) });
    return true;
  }

  /** Steps until there is nothing to send, and lets other tasks run between two frames. */
  async serve(): Promise<void> {
    while (await this.#breathe()) this.step();
  }

  /** Serves all requests until the signal aborts. */
  async serveUntil(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.#channel.readyState !== "closed") {
      await this.serve();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async #breathe(): Promise<boolean> {
    await new Promise((resolve) => queueMicrotask(() => resolve(undefined)));
    return this.#ranges.length > 0 && this.#channel.readyState === "open";
  }

  #take(frame: Frame): void {
    if (frame.type === "ping") return queueMicrotask(() => this.#give({ type: "pong", streamId: frame.streamId }));
    if (frame.type === "cancel") {
      this.cancels += 1;
      const index = this.#ranges.findIndex(({ streamId }) => streamId === frame.streamId);
      if (index >= 0 && this.#script.deafToCancel !== true) this.#ranges.splice(index, 1);
    }
    if (frame.type !== "range-req") return;
    this.requests += 1;
    const { streamId } = frame;
    if (this.#busyLeft > 0) {
      this.#busyLeft -= 1;
      return queueMicrotask(() => this.#give({ type: "range-end", streamId, status: RangeStatus.BUSY }));
    }
    if (this.#openEnd && this.#script.saysEnd !== "short" && Number(frame.offset) >= this.size)
      return queueMicrotask(() => this.#give({ type: "range-end", streamId, status: RangeStatus.OUT_OF_RANGE }));
    const large = frame.largeChunks === true && this.#script.announcement?.features.includes("large-chunks") === true;
    const chunkBytes = large ? largeChunkBytes(undefined) : (this.#script.chunkBytes ?? BASE_CHUNK_BYTES);
    this.#ranges.push({ streamId, offset: Number(frame.offset), end: Number(frame.offset + frame.length), chunkBytes });
    this.mostRanges = Math.max(this.mostRanges, this.#ranges.length);
    const outstanding = this.#ranges.reduce((sum, range) => sum + range.end - range.offset, 0);
    this.mostOutstanding = Math.max(this.mostOutstanding, outstanding);
  }

  #give(frame: Frame): void {
    if (this.#channel.readyState === "open") this.#channel.give(frame);
  }
}
