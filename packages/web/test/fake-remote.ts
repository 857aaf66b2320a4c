/*
 * A connection to a host out of memory, for tests in Node and in the browser. The file has any size, and each byte follows from its place, so that a test can
 * tell the bytes of one place, or of one file, from others.
 */
import { ClientError, type ClientErrorReason } from "@rangecast/client";
import type { SelectedPath } from "@rangecast/rtc";

export interface FakeStream {
  readonly start: number;
  readonly end: number;
  /** Number of bytes that were read. */
  sent: number;
  state: "open" | "done" | "cancelled" | "failed";
}

export interface FakeRemoteOptions {
  readonly name?: string;
  readonly size?: number;
  readonly mediaType?: string;
  readonly etag?: string | undefined;
  readonly provisional?: true;
  /** Files with different seeds have different bytes. */
  readonly seed?: number;
  /** The bytes, instead of the generated ones. */
  readonly content?: Uint8Array;
  /** Bytes per chunk. */
  readonly chunkBytes?: number;
  /** Time per chunk, milliseconds. */
  readonly chunkMs?: number;
}

interface FakeFacts {
  readonly name: string;
  readonly size: number;
  readonly mediaType: string;
  readonly etag: string | undefined;
  readonly provisional: true | undefined;
}

export interface FakeRemote extends FakeFacts {
  stream(options?: { readonly start?: number; readonly end?: number; readonly signal?: AbortSignal }): ReadableStream<Uint8Array>;
  path(): Promise<SelectedPath>;
  /** Resolves with the reason when the connection is over. */
  readonly closed: Promise<ClientErrorReason>;
  close(): Promise<void>;
  /** All streams that were opened, the first first. */
  readonly streams: FakeStream[];
  /** From now on, streams that reach this place end with this reason. */
  failAt(offset: number, reason: ClientErrorReason): void;
  /** From now on, streams that reach this place end there without an error, as a wrong client might. */
  stopAt(offset: number): void;
  /** From now on, streams that reach this offset stall there. */
  stallAt(offset: number): void;
  /** The connection is over: open streams fail, too. */
  disconnect(reason: ClientErrorReason): void;
}

/** The byte at `offset` of a file with this seed. */
export function fakeByte(offset: number, seed = 0): number {
  return (offset * 31 + (offset >>> 8) * 17 + (offset >>> 16) * 7 + seed * 101) & 0xff;
}

export function fakeBytes(start: number, end: number, seed = 0): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(end - start);
  for (let index = 0; index < bytes.length; index++) bytes[index] = fakeByte(start + index, seed);
  return bytes;
}

const DEFAULT_SIZE = 3_000_000;
const DEFAULT_CHUNK = 16_384;

export function createFakeRemote(options: FakeRemoteOptions = {}): FakeRemote {
  const { name = "film.mp4", mediaType = "video/mp4", etag = "v1", seed = 0, content, chunkBytes = DEFAULT_CHUNK, chunkMs = 0 } = options;
  const size = content?.length ?? options.size ?? DEFAULT_SIZE;
  const streams: FakeStream[] = [];
  let stopping: { at: number; error?: ClientError; stall?: boolean } | undefined;
  let close: (reason: ClientErrorReason) => void = () => undefined;
  const closed = new Promise<ClientErrorReason>((resolve) => (close = resolve));
  const over = new AbortController();

  const openStream = (start: number, end: number, signal: AbortSignal | undefined): ReadableStream<Uint8Array> => {
    const stream: FakeStream = { start, end, sent: 0, state: "open" };
    streams.push(stream);
    return new ReadableStream<Uint8Array>(
      {
        start(controller) {
          const fail = (state: "cancelled" | "failed", error: unknown): void => {
            if (stream.state !== "open") return;
            stream.state = state;
            controller.error(error);
          };
          signal?.addEventListener("abort", () => fail("cancelled", signal.reason));
          over.signal.addEventListener("abort", () => fail("failed", over.signal.reason));
          if (over.signal.aborted) fail("failed", over.signal.reason);
        },
        async pull(controller) {
          if (chunkMs > 0) await new Promise((resolve) => setTimeout(resolve, chunkMs));
          const at = start + stream.sent;
          if (stopping && at >= stopping.at) {
            if (stopping.stall) return new Promise<void>((resolve) => over.signal.addEventListener("abort", () => resolve()));
            stream.state = "failed";
            return stopping.error ? controller.error(stopping.error) : controller.close();
          }
          const limit = Math.min(end, at + chunkBytes, stopping?.at ?? Infinity);
          if (stream.state !== "open") return;
          controller.enqueue(content ? content.slice(at, limit) : fakeBytes(at, limit, seed));
          stream.sent += limit - at;
          if (start + stream.sent < end) return;
          stream.state = "done";
          controller.close();
        },
        cancel() {
          stream.state = "cancelled";
        },
      },
      { highWaterMark: 0 },
    );
  };

  return {
    name,
    size,
    mediaType,
    etag: "etag" in options ? options.etag : etag,
    streams,
    closed,
    provisional: options.provisional,
    stream: ({ start = 0, end = size, signal } = {}) => openStream(start, end, signal),
    path: async () => ({ kind: "direct", protocol: "udp", rttMs: 23 }),
    close: async () => close("aborted"),
    failAt: (at, reason) => (stopping = { at, error: new ClientError(reason, `it failed: ${reason}`) }),
    stopAt: (at) => (stopping = { at }),
    stallAt: (at) => (stopping = { at, stall: true }),
    disconnect: (reason) => {
      over.abort(new ClientError("closed", "the connection is over"));
      close(reason);
    },
  };
}
