import { encodeFrame, HEADER_BYTES, RangeStatus, sealRangeData } from "@rangecast/wire";
import type { FileSource, ReadOutcome } from "../files/file-source.ts";
import type { FileChange } from "../files/file-version.ts";
import type { FlowControl, WireBytes } from "./flow-control.ts";
import type { FramePool } from "./frame-pool.ts";
import type { RangeWindow } from "./range-window.ts";

/**
 * While a range runs, its path is looked at so often, milliseconds: soon enough to tell of a film that was replaced or removed, and nothing beside the
 * reads. The open file still holds the bytes that were announced. Before the last chunk of each range it is looked at in any case.
 */
const PATH_CHECK_MS = 250;

/** One range to be served. */
export interface RangeJob {
  readonly streamId: number;
  readonly window: RangeWindow;
  /** Largest payload of a RANGE_DATA, bytes. */
  readonly chunkBytes: number;
  readonly source: FileSource;
  readonly flow: FlowControl;
  readonly pool: FramePool;
  /** Aborted by CANCEL and at the end of the session: nothing is sent after that. */
  readonly signal: AbortSignal;
  /** Whether the browser knows the extensions, asked at the end of the range. */
  readonly extended: () => boolean;
  /** Called for each chunk that was sent. */
  readonly onSent: (bytes: number) => void;
  /** Called when the system could not read the file. */
  readonly onReadError: (error: unknown) => void;
}

type ReadResult = ReadOutcome | { readonly error: unknown };

/**
 * Serves one range: RANGE_DATA in offset order, the last one flagged, then RANGE_END. While a chunk waits for its turn to be sent, the next
 * one is read: two buffers, whatever the length. Nothing is sent but bytes of the version that was announced: each chunk is followed by a look at the file.
 * @throws the signal's reason, or the flow control's error once the channel is closed
 */
export async function serveRange(job: RangeJob): Promise<void> {
  const { window, chunkBytes, flow, pool, signal } = job;
  // Always of full size, so that the pool holds two sizes and no more, whatever lengths are asked for.
  let front = pool.take(HEADER_BYTES + chunkBytes);
  // A range of one chunk needs no second one: there may be many of those at once.
  let back = window.end - window.start > chunkBytes ? pool.take(HEADER_BYTES + chunkBytes) : front;
  let reading = readChunk(job, window.start, front);
  try {
    for (let offset = window.start; offset < window.end;) {
      const payload = Math.min(chunkBytes, window.end - offset);
      const last = offset + payload === window.end;
      const status = await statusOf(job, await reading, payload, last);
      if (status !== RangeStatus.DONE) return await flow.send(signal, endFrame(job, status));
      const frame = front.subarray(0, HEADER_BYTES + payload);
      sealRangeData(frame, job.streamId, last);
      offset += payload;
      if (!last) reading = readChunk(job, offset, back);
      await flow.send(signal, frame, ...(last ? [endFrame(job, status)] : []));
      job.onSent(payload);
      [front, back] = [back, front];
    }
  } finally {
    await reading; // It writes into its buffer until it is done.
    pool.giveBack(front);
    if (back !== front) pool.giveBack(back);
  }
}

/** Reads the chunk at `offset` into the place behind the frame's header. Never rejects: nobody may be waiting for it any more. */
async function readChunk(job: RangeJob, offset: number, frame: WireBytes): Promise<ReadResult> {
  const payload = Math.min(job.chunkBytes, job.window.end - offset);
  try {
    return await job.source.read(offset, frame.subarray(HEADER_BYTES, HEADER_BYTES + payload));
  } catch (error) {
    return { error };
  }
}

/** Whether what was read may be sent, as a status: 0 if so. */
async function statusOf(job: RangeJob, result: ReadResult, expected: number, last: boolean): Promise<number> {
  if ("error" in result) {
    job.onReadError(result.error);
    return RangeStatus.UNREADABLE;
  }
  const status = changeStatus(result.change, job.extended());
  if (status !== RangeStatus.DONE) return status;
  if (result.bytes < expected) {
    job.onReadError(new Error("the file ended early although it did not change: it is shorter than the size that the system reports"));
    return RangeStatus.UNREADABLE;
  }
  try {
    return changeStatus(await job.source.checkVersion(last ? 0 : PATH_CHECK_MS), job.extended());
  } catch (error) {
    job.onReadError(error);
    return RangeStatus.UNREADABLE;
  }
}

/**
 * What a change means for a range (PROTOCOL.md, C-15). A file that grew still has the announced bytes. A browser of part 1 knows no status for a file that
 * is gone or was replaced: it is served on from the open file, and told "could not be read" where announced bytes may be lost or overwritten.
 */
export function changeStatus(change: FileChange, extended: boolean): number {
  return (extended ? EXTENDED_STATUS : BASE_STATUS)[change];
}

const EXTENDED_STATUS: Readonly<Record<FileChange, number>> = {
  same: RangeStatus.DONE,
  grown: RangeStatus.DONE,
  shrunk: RangeStatus.CHANGED,
  rewritten: RangeStatus.CHANGED,
  replaced: RangeStatus.CHANGED,
  gone: RangeStatus.NOT_FOUND,
};

const BASE_STATUS: Readonly<Record<FileChange, number>> = {
  same: RangeStatus.DONE,
  grown: RangeStatus.DONE,
  shrunk: RangeStatus.UNREADABLE,
  rewritten: RangeStatus.UNREADABLE,
  replaced: RangeStatus.DONE,
  gone: RangeStatus.DONE,
};

function endFrame(job: RangeJob, status: number): WireBytes {
  return encodeFrame({ type: "range-end", streamId: job.streamId, status });
}
