/**
 * A stream's chunks, one by one, until `signal` aborts: then the stream is cancelled at once, also while a read waits, and this throws the signal's reason.
 * (Safari's streams can't be iterated, and an iterator's `return` would wait for the read.)
 */
export async function* chunksOf(stream: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array, void, void> {
  const reader = stream.getReader();
  // The stream's own error, if it has one, is thrown by read(); that of a cancel is nobody's business any more.
  const cancel = (): void => void reader.cancel(signal.reason).catch(() => undefined);
  signal.addEventListener("abort", cancel, { once: true });
  try {
    for (;;) {
      if (signal.aborted) cancel();
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      if (done) return;
      yield value;
    }
  } finally {
    signal.removeEventListener("abort", cancel);
    cancel();
  }
}
