import type { ByteRange } from "@rangecast/base";
import { encodeFrame, HEADER_BYTES, RangeStatus, sealRangeData } from "@rangecast/wire";
import { type Resource, ResourceError, type ReadOutcome } from "../resources/resource.ts";
import type { FileChange } from "../resources/file-version.ts";
import type { FlowControl, WireBytes } from "./flow-control.ts";
import type { FramePool } from "./frame-pool.ts";

/**
 * Interval at which the path is checked while ranges run, milliseconds (C-15): soon enough to report a replaced or removed file, and cheap next to the
 * reads. The open file still has the announced bytes. A check for each range would cost as much as reading one of a fast path's pieces.
 */
const PATH_CHECK_MS = 250;

/** One range to serve. */
export interface RangeJob {
  readonly streamId: number;
  readonly window: ByteRange;
  /** Largest payload of a RANGE_DATA, bytes. */
  readonly chunkBytes: number;
  readonly resource: Resource;
  readonly flow: FlowControl;
  readonly pool: FramePool;
  /** Aborted by CANCEL and at the end of the session; nothing is sent afterwards. */
  readonly signal: AbortSignal;
  /** Whether the browser announced the extensions so far. */
  readonly extended: () => boolean;
  /** Called with the payload bytes of each chunk that was sent. */
  readonly onSent: (bytes: number) => void;
  /** Called when the file can't be read. */
  readonly onReadError: (error: unknown) => void;
}

type ReadResult = ReadOutcome | { readonly error: unknown };

/**
 * Serves one range: RANGE_DATA in offset order, the last one flagged, then RANGE_END (C-2). The next chunk is read while the current one waits for its
 * turn, so a range of any length needs two buffers. The file is checked after each read: only bytes of the announced version are sent (C-15).
 * @throws the signal's reason, or the flow control's error when the channel is closed
 */
export async function serveRange(job: RangeJob): Promise<void> {
  const { window, chunkBytes, flow, pool, signal } = job;
  // Buffers are always of full size, so the pool holds only two sizes, whatever lengths are requested.
  let front = pool.take(HEADER_BYTES + chunkBytes);
  // A range of one chunk needs no second buffer. Many such ranges may run at once.
  let back = window.end - window.start > chunkBytes ? pool.take(HEADER_BYTES + chunkBytes) : front;
  let reading = readChunk(job, window.start, front);
  try {
    for (let offset = window.start; offset < window.end;) {
      const payload = Math.min(chunkBytes, window.end - offset);
      const last = offset + payload === window.end;
      const status = await statusOf(job, await reading, payload);
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
    await reading; // A read in progress still writes to its buffer.
    pool.giveBack(front);
    if (back !== front) pool.giveBack(back);
  }
}

/** Reads the chunk at `offset` into `frame`, after the header. Never rejects, since the range may have ended and nothing awaits the promise then. */
async function readChunk(job: RangeJob, offset: number, frame: WireBytes): Promise<ReadResult> {
  const payload = Math.min(job.chunkBytes, job.window.end - offset);
  try {
    return await job.resource.read(offset, frame.subarray(HEADER_BYTES, HEADER_BYTES + payload), job.signal);
  } catch (error) {
    return { error };
  }
}

/** Whether the bytes that were read may be sent: status 0 if so. */
async function statusOf(job: RangeJob, result: ReadResult, expected: number): Promise<number> {
  if ("error" in result) {
    job.signal.throwIfAborted(); // It may have ended the read.
    if (result.error instanceof ResourceError) {
      if (result.error.reason === "busy") return RangeStatus.BUSY;
      if (result.error.reason === "used-up") return job.extended() ? RangeStatus.USED_UP : RangeStatus.UNREADABLE;
    }
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
    return changeStatus(await job.resource.checkVersion(PATH_CHECK_MS), job.extended());
  } catch (error) {
    job.onReadError(error);
    return RangeStatus.UNREADABLE;
  }
}

/**
 * The status with which a change of the file ends a range (C-15); 0: the range continues. A file that grew still has the announced bytes. The base
 * protocol has no status for a file that is gone or was replaced: there the range continues from the open file, and ends with "could not be read"
 * only if announced bytes may be lost or overwritten.
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
