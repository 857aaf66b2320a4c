/** Bytes that are written at once: each write is a message to another process of the browser, and back. */
export const WRITE_BYTES: number = 1024 * 1024;

/** Writes the bytes of a stream, many at once, and reads on while they are written. Reads no further if they can't be written. */
export async function copyBytes(
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
  write: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>,
): Promise<void> {
  const reader = bytes.getReader();
  let gathered: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  let writing = Promise.resolve();
  const flush = async (): Promise<void> => {
    await writing;
    if (size === 0) return;
    writing = write(joined(gathered, size));
    // Its failure is noticed when the next write waits for it.
    writing.catch(() => undefined);
    gathered = [];
    size = 0;
  };
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      gathered.push(read.value);
      size += read.value.byteLength;
      if (size >= WRITE_BYTES) await flush();
    }
  } catch (error) {
    await reader.cancel(error).catch(() => undefined);
    // What has come is worth keeping, unless it is writing that failed.
    await flush().catch(() => undefined);
    await writing.catch(() => undefined);
    throw error;
  }
  await flush();
  await writing;
}

function joined(chunks: readonly Uint8Array<ArrayBuffer>[], size: number): Uint8Array<ArrayBuffer> {
  const [first] = chunks;
  if (first && chunks.length === 1) return first;
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}
