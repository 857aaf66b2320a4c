import { abortedError, type ClientError } from "../client-error.ts";

/** Returns bytes in order; see `Reader`. */
export interface ByteReader {
  take(): Promise<Uint8Array | undefined>;
  cancel(error?: ClientError): void;
}

/** The stream buffers no chunks: it takes one from the reader when the consumer asks, so READ_BUFFER_BYTES is the only bound on reading ahead. */
const STREAM_HIGH_WATER_MARK = 0;

/** A reader as a stream. It closes after the last byte of the range, and errors with a ClientError in every other case: it never closes short (C-9). */
export function byteStream(reader: ByteReader, signal?: AbortSignal): ReadableStream<Uint8Array> {
  const removeListener = cancelOnAbort(reader, signal);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const chunk = await reader.take();
          if (chunk !== undefined) return controller.enqueue(chunk);
        } catch (error) {
          removeListener();
          throw error;
        }
        removeListener();
        controller.close();
      },
      cancel() {
        removeListener();
        reader.cancel();
      },
    },
    { highWaterMark: STREAM_HIGH_WATER_MARK },
  );
}

/** Reads all of a reader's `length` bytes into memory. @throws {ClientError} */
export async function readAll(reader: ByteReader, length: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const removeListener = cancelOnAbort(reader, signal);
  try {
    const bytes = new Uint8Array(length);
    let offset = 0;
    for (let chunk = await reader.take(); chunk !== undefined; chunk = await reader.take()) {
      bytes.set(chunk, offset);
      offset += chunk.byteLength;
    }
    return bytes;
  } finally {
    removeListener();
  }
}

/** @returns a function that removes the listener */
function cancelOnAbort(reader: ByteReader, signal: AbortSignal | undefined): () => void {
  if (signal === undefined) return () => undefined;
  const onAbort = (): void => reader.cancel(abortedError(signal));
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  return () => signal.removeEventListener("abort", onAbort);
}
