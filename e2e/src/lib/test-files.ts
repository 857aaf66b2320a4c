import { createCipheriv, createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

const BLOCK_BYTES = 1024 * 1024;

/** Writes `bytes` of reproducible noise (AES-CTR of zeros). @returns its SHA-256, in hex */
export async function writeNoise(path: string, bytes: number): Promise<string> {
  const cipher = createCipheriv("aes-128-ctr", Buffer.alloc(16, 7), Buffer.alloc(16));
  const hash = createHash("sha256");
  function* blocks(): Generator<Buffer> {
    for (let left = bytes; left > 0; left -= BLOCK_BYTES) {
      const block = cipher.update(Buffer.alloc(Math.min(BLOCK_BYTES, left)));
      hash.update(block);
      yield block;
    }
  }
  await pipeline(Readable.from(blocks()), createWriteStream(path));
  return hash.digest("hex");
}

/** SHA-256 of a part of a file, in hex. `end` is exclusive. */
export async function sha256Of(
  path: string,
  range: { start: number; end: number } = { start: 0, end: Number.POSITIVE_INFINITY },
): Promise<string> {
  const hash = createHash("sha256");
  if (range.end > range.start) {
    for await (const chunk of createReadStream(path, { start: range.start, end: range.end - 1 })) hash.update(chunk as Buffer);
  }
  return hash.digest("hex");
}
