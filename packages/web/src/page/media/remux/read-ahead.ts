/*
 * Reads a file by ranges of its URL. A read that continues the last one is served from one open response, so that a film costs no round trip per read; any
 * other read is a request of its own, so that looking something up in an index doesn't fetch what follows it.
 */

export interface ReadAheadOptions {
  readonly url: string;
  /** Bytes. */
  readonly size: number;
  /** @default globalThis.fetch */
  readonly fetch?: typeof fetch;
}

export interface ReadAhead {
  /** The bytes from `start` to `end` (exclusive). @throws if they can't be read, or after `abort` */
  read(start: number, end: number): Promise<Uint8Array>;
  /** Ends what is under way: its reads fail. Later reads work. */
  abort(): void;
  /** Whether bytes didn't arrive, other than after `abort`. */
  readonly failed: boolean;
}

/** A read that begins at most this far behind the last one continues it, bytes: the gap is what another track has there. */
const MAX_SKIPPED_BYTES = 256 * 1024;
const PARTIAL_CONTENT = 206;

interface Stream {
  readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  /** What has arrived and wasn't read. */
  rest: Uint8Array;
  /** Where `rest` begins in the file. */
  at: number;
}

export function createReadAhead({ url, size, fetch = globalThis.fetch }: ReadAheadOptions): ReadAhead {
  let stop = new AbortController();
  let stream: Stream | undefined;
  /** End of the last read. */
  let last = 0;
  /** Reads that go on at the same time wait for each other: they share the response. */
  let turn: Promise<unknown> = Promise.resolve();
  let failed = false;

  const request = async (range: string, signal: AbortSignal): Promise<Response> => {
    const response = await fetch(url, { headers: { Range: `bytes=${range}` }, signal });
    if (response.status !== PARTIAL_CONTENT) throw new Error(`expected a range, got HTTP ${response.status}`);
    return response;
  };
  const drop = (): void => {
    stream?.reader.cancel().catch(() => undefined);
    stream = undefined;
  };
  const readNow = async (start: number, end: number, signal: AbortSignal): Promise<Uint8Array> => {
    signal.throwIfAborted();
    const follows = (from: number): boolean => start >= from && start - from <= MAX_SKIPPED_BYTES;
    const continues = follows(stream?.at ?? last);
    last = end;
    if (!continues) {
      drop();
      return new Uint8Array(await (await request(`${start}-${end - 1}`, signal)).arrayBuffer());
    }
    if (!stream) {
      const { body } = await request(`${start}-${size - 1}`, signal);
      if (!body) throw new Error("the response has no body");
      stream = { reader: body.getReader(), rest: new Uint8Array(0), at: start };
    }
    await advance(stream, start);
    return take(stream, end - start);
  };

  return {
    read: (start, end) => {
      const { signal } = stop;
      const read = turn.then(() => readNow(start, end, signal));
      turn = read.catch(() => {
        failed ||= !signal.aborted;
        drop();
      });
      return read;
    },
    abort: () => {
      stop.abort();
      stop = new AbortController();
      drop();
    },
    get failed() {
      return failed;
    },
  };
}

async function advance(stream: Stream, to: number): Promise<void> {
  while (stream.at < to) await take(stream, Math.min(to - stream.at, Math.max(1, stream.rest.byteLength)));
}

async function take(stream: Stream, bytes: number): Promise<Uint8Array> {
  const taken = new Uint8Array(bytes);
  for (let filled = 0; filled < bytes;) {
    if (stream.rest.byteLength === 0) {
      const { done, value } = await stream.reader.read();
      if (done) throw new Error(`the response ended ${bytes - filled} bytes early`);
      stream.rest = value;
    }
    const piece = stream.rest.subarray(0, bytes - filled);
    taken.set(piece, filled);
    filled += piece.byteLength;
    stream.rest = stream.rest.subarray(piece.byteLength);
    stream.at += piece.byteLength;
  }
  return taken;
}
