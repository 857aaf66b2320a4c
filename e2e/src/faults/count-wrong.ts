/* Counts wrong bytes. */
import { open } from "node:fs/promises";

const BLOCK_BYTES = 1024 * 1024;

/** Number of bytes that differ; missing and excess bytes count too. */
export function countWrong(got: Uint8Array, wanted: Uint8Array): number {
  if (Buffer.compare(got, wanted) === 0) return 0;
  const common = Math.min(got.byteLength, wanted.byteLength);
  let wrong = Math.abs(got.byteLength - wanted.byteLength);
  for (let at = 0; at < common; at++) if (got[at] !== wanted[at]) wrong++;
  return wrong;
}

/** Compares bytes, as they arrive in order, with a file. */
export interface Comparison {
  /** Bytes received. */
  readonly bytes: number;
  /** Bytes received that differ from the file's. */
  readonly wrong: number;
  take(bytes: Uint8Array): Promise<void>;
  /** Bytes of the file that were not received. */
  missing(): Promise<number>;
  close(): Promise<void>;
}

export async function compareWith(path: string): Promise<Comparison> {
  const file = await open(path, "r");
  let bytes = 0;
  let wrong = 0;
  return {
    get bytes() {
      return bytes;
    },
    get wrong() {
      return wrong;
    },
    take: async (got) => {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(got.byteLength), 0, got.byteLength, bytes);
      wrong += countWrong(got, buffer.subarray(0, bytesRead));
      bytes += got.byteLength;
    },
    missing: async () => Math.max(0, (await file.stat()).size - bytes),
    close: () => file.close(),
  };
}

/** {@link countWrong} for two files. */
export async function countWrongInFile(got: string, wanted: string): Promise<number> {
  const comparison = await compareWith(wanted);
  const file = await open(got, "r");
  try {
    const block = Buffer.alloc(BLOCK_BYTES);
    for (;;) {
      const { bytesRead } = await file.read(block, 0, BLOCK_BYTES);
      if (bytesRead === 0) break;
      await comparison.take(block.subarray(0, bytesRead));
    }
    return comparison.wrong + (await comparison.missing());
  } finally {
    await file.close();
    await comparison.close();
  }
}
