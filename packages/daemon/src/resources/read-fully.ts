/** A positioned read like {@link FileHandle.read}. It may return fewer bytes than requested, and 0 only at the end of the file. */
export interface PositionedReader {
  read(into: Uint8Array, start: number, length: number, position: number): Promise<{ readonly bytesRead: number }>;
}

/**
 * Reads until `into` is full or the file ends. Short reads (network file systems, signals) are continued.
 * @returns number of bytes read, less than `into` holds only at the end of the file
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
