/** A positioned read, as {@link FileHandle.read} does it: it may give fewer bytes than asked for, and gives 0 only at the end. */
export interface PositionedReader {
  read(into: Uint8Array, start: number, length: number, position: number): Promise<{ readonly bytesRead: number }>;
}

/**
 * Reads until `into` is full or the file ends: short reads (network file systems, signals) are gone on with.
 * @returns bytes read: fewer than asked for only where the file ends
 */
export async function readFully(reader: PositionedReader, offset: number, into: Uint8Array): Promise<number> {
  let filled = 0;
  while (filled < into.byteLength) {
    const { bytesRead } = await reader.read(into, filled, into.byteLength - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}
