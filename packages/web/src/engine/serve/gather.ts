import { within } from "@rangecast/base";
import { FLUSH_AFTER_MS, MAX_CHUNK_BYTES, MIN_CHUNK_BYTES } from "../../shared/limits.ts";

/**
 * Joins small chunks into messages that are worth sending. The first chunk is sent at once, because somebody may wait for it after a seek. Each further message
 * has at least {@link MIN_CHUNK_BYTES}, or what came within {@link FLUSH_AFTER_MS}, and at most {@link MAX_CHUNK_BYTES}. Each is a buffer of its own, which can
 * be transferred.
 *
 * It reads one chunk ahead. To stop it, stop the source.
 */
export async function* gather(source: AsyncIterator<Uint8Array, void>): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  let next = readAhead(source);
  let enough = 1;
  for (;;) {
    const first = await next;
    if (first.done) return;
    const pieces = [first.value];
    let length = first.value.byteLength;
    next = readAhead(source);
    while (length < enough) {
      if (!(await within(FLUSH_AFTER_MS, next))) break;
      const more = await next;
      if (more.done) break;
      pieces.push(more.value);
      length += more.value.byteLength;
      next = readAhead(source);
    }
    enough = MIN_CHUNK_BYTES;
    yield* split(join(pieces, length));
  }
}

function readAhead(source: AsyncIterator<Uint8Array, void>): Promise<IteratorResult<Uint8Array, void>> {
  const next = source.next();
  // It is awaited later: a rejection before that must not count as unhandled.
  next.catch(() => undefined);
  return next;
}

function join(pieces: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.byteLength;
  }
  return joined;
}

function* split(bytes: Uint8Array<ArrayBuffer>): Generator<Uint8Array<ArrayBuffer>> {
  if (bytes.byteLength <= MAX_CHUNK_BYTES) return yield bytes;
  for (let at = 0; at < bytes.byteLength; at += MAX_CHUNK_BYTES) yield bytes.slice(at, at + MAX_CHUNK_BYTES);
}
