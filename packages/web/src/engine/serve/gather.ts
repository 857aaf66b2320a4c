import { FLUSH_AFTER_MS, MAX_CHUNK_BYTES, MIN_CHUNK_BYTES } from "../../shared/limits.ts";

/**
 * Gathers small chunks into messages worth sending: the first chunk at once, as somebody may wait for it after a seek; from then on at least {@link MIN_CHUNK_BYTES} where they come fast, what is there after
 * {@link FLUSH_AFTER_MS} where they don't, never more than {@link MAX_CHUNK_BYTES}. Each is a buffer of its own, to be transferred.
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
      const more = await within(next, FLUSH_AFTER_MS);
      if (!more || more.done) break;
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
  // It is awaited later; failing before that is no unhandled rejection.
  next.catch(() => undefined);
  return next;
}

async function within<T>(promise: Promise<T>, milliseconds: number): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), milliseconds)));
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
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
