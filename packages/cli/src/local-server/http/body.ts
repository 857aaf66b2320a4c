import type { ByteRange } from "@rangecast/base";
import type { LocalFile } from "../local-content.ts";

/**
 * The body of a response. It takes bytes from the file only when the reader asks for them, errors if bytes are missing, and closes the file at its end.
 * Cancelling it ends the reads.
 */
export function bodyOf(file: LocalFile, range: ByteRange, signal: AbortSignal): ReadableStream<Uint8Array> {
  const chunks = file.read(range, signal)[Symbol.asyncIterator]();
  let left = range.end - range.start;
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= file.close());
  const next = async (): Promise<Uint8Array | undefined> => {
    const { done, value } = await chunks.next();
    if (done !== true) {
      left -= value.byteLength;
      return value;
    }
    // An open end is Infinity. Otherwise this would be a bug of ours.
    if (left > 0 && left !== Infinity) throw new Error(`${left} bytes of a response are missing`);
    return undefined;
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const chunk = await next();
          if (chunk !== undefined) return controller.enqueue(chunk);
        } catch (error) {
          await close();
          throw error;
        }
        await close();
        controller.close();
      },
      async cancel() {
        await chunks.return?.();
        await close();
      },
    },
    { highWaterMark: 0 },
  );
}
