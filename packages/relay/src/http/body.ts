import type { RelayCore } from "../core.ts";
import type { RelayLimits } from "../limits.ts";
import { RelayError } from "./relay-error.ts";

/** What reading a body needs of the relay. */
export type BodyCore = Pick<RelayCore, "clock"> & { readonly limits: Pick<RelayLimits, "bodyBytes" | "bodyMs"> };

/**
 * A request's body as JSON. Counts the received bytes instead of trusting `Content-Length`, and stops reading at the cap.
 * @throws {RelayError} `too-large`, `too-slow`, `bad-request`
 */
export async function readJson(request: Request, core: BodyCore): Promise<unknown> {
  const bytes = await readCapped(request.body, core);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new RelayError("bad-request", "the body is not JSON", { cause: error });
  }
}

async function readCapped(body: ReadableStream<Uint8Array> | null, { clock, limits }: BodyCore): Promise<Uint8Array> {
  if (body === null) {
    return new Uint8Array(0);
  }
  const reader = body.getReader();
  let stopWaiting: () => void = () => undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    stopWaiting = clock.after(limits.bodyMs, () => reject(new RelayError("too-slow", `the body took longer than ${limits.bodyMs} ms`)));
  });
  try {
    return await Promise.race([collect(reader, limits.bodyBytes), deadline]);
  } catch (error) {
    // Not awaited, since a body that never ends may never settle this promise.
    reader.cancel(error).catch(() => undefined);
    throw error instanceof RelayError ? error : new RelayError("bad-request", "the body was cut off", { cause: error });
  } finally {
    stopWaiting();
  }
}

async function collect(reader: ReadableStreamDefaultReader<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    size += read.value.byteLength;
    if (size > maxBytes) {
      throw new RelayError("too-large", `the body is over ${maxBytes} bytes`);
    }
    chunks.push(read.value);
  }
  const whole = new Uint8Array(size);
  chunks.reduce((offset, chunk) => {
    whole.set(chunk, offset);
    return offset + chunk.byteLength;
  }, 0);
  return whole;
}
