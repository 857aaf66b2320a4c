import type { Clock } from "../clock.ts";
import { RelayError } from "./relay-error.ts";

export interface BodyTerms {
  readonly clock: Clock;
  readonly maxBytes: number;
  /** How long the body may take to arrive, milliseconds. */
  readonly maxMs: number;
}

/**
 * A request's body as JSON. Counts the received bytes instead of trusting `Content-Length`, and stops reading at the cap.
 * @throws {RelayError} `too-large`, `too-slow`, `bad-request`
 */
export async function readJson(request: Request, terms: BodyTerms): Promise<unknown> {
  const bytes = await readCapped(request.body, terms);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new RelayError("bad-request", "the body is not JSON", { cause: error });
  }
}

async function readCapped(body: ReadableStream<Uint8Array> | null, terms: BodyTerms): Promise<Uint8Array> {
  if (body === null) {
    return new Uint8Array(0);
  }
  const reader = body.getReader();
  let stopWaiting: () => void = () => undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    stopWaiting = terms.clock.after(terms.maxMs, () => reject(new RelayError("too-slow", `the body took longer than ${terms.maxMs} ms`)));
  });
  try {
    return await Promise.race([collect(reader, terms.maxBytes), deadline]);
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
