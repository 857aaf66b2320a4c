import { abortedError, type ClientError } from "../client-error.ts";

/** Whatever hands out bytes in order; see Reader. */
export interface ByteReader {
  take(): Promise<Uint8Array | undefined>;
  cancel(error?: ClientError): void;
}

/**
 * High-water mark of the stream itself, chunks: none. A chunk is taken from the reader when the consumer asks, so the reader's own
 * mark (READ_BUFFER_BYTES) is all that is ever ahead of the consumer.
 */
const STREAM_HIGH_WATER_MARK = 0;

/** A reader as a stream. It closes when every byte was handed out, and errors with a ClientError in every other case: it is never short. */
export function byteStream(reader: ByteReader, signal?: AbortSignal): ReadableStream<Uint8Array> {
  const letGo = cancelOnAbort(reader, signal);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const chunk = await reader.take();
          if (chunk !== undefined) return controller.enqueue(chunk);
        } catch (error) {
          letGo();
          throw error;
        }
        letGo();
        controller.close();
      },
      cancel() {
        letGo();
        reader.cancel();
      },
    },
    { highWaterMark: STREAM_HIGH_WATER_MARK },
  );
}

/** All of a reader's bytes, `length` of them. @throws {ClientError} */
export async function readAll(reader: ByteReader, length: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const letGo = cancelOnAbort(reader, signal);
  try {
    const bytes = new Uint8Array(length);
    let offset = 0;
    for (let chunk = await reader.take(); chunk !== undefined; chunk = await reader.take()) {
      bytes.set(chunk, offset);
      offset += chunk.byteLength;
    }
    return bytes;
  } finally {
    letGo();
  }
}

/** @returns what takes the listener away again */
function cancelOnAbort(reader: ByteReader, signal: AbortSignal | undefined): () => void {
  if (signal === undefined) return () => undefined;
  const onAbort = (): void => reader.cancel(abortedError(signal));
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  return () => signal.removeEventListener("abort", onAbort);
}
