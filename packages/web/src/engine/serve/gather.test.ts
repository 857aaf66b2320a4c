import { expect, test, vi } from "vitest";
import { FLUSH_AFTER_MS, MAX_CHUNK_BYTES, MIN_CHUNK_BYTES } from "../../shared/limits.ts";
import { gather } from "./gather.ts";

async function* chunks(...sizes: number[]): AsyncGenerator<Uint8Array, void, void> {
  let at = 0;
  for (const size of sizes) {
    yield Uint8Array.from({ length: size }, (_, index) => (at + index) % 256);
    at += size;
  }
}

async function sizesOf(source: AsyncIterator<Uint8Array, void>): Promise<number[]> {
  const sizes: number[] = [];
  for await (const bytes of gather(source)) sizes.push(bytes.byteLength);
  return sizes;
}

test("the first frame is passed on at once; frames that follow quickly are joined", async () => {
  const sizes = await sizesOf(chunks(...Array.from({ length: 17 }, () => 16_384)));
  expect(sizes).toEqual([16_384, 65_536, 65_536, 65_536, 65_536]);
});

test("the rest at the end is passed on too", async () => {
  expect(await sizesOf(chunks(MIN_CHUNK_BYTES, 5))).toEqual([MIN_CHUNK_BYTES, 5]);
});

test("nothing is larger than the largest message", async () => {
  expect(await sizesOf(chunks(MAX_CHUNK_BYTES * 2 + 1))).toEqual([MAX_CHUNK_BYTES, MAX_CHUNK_BYTES, 1]);
});

test("the bytes are in order, in separate buffers", async () => {
  const all: number[] = [];
  for await (const bytes of gather(chunks(10, 20, 30))) {
    expect(bytes.buffer.byteLength).toBe(bytes.byteLength);
    all.push(...bytes);
  }
  expect(all).toEqual(Array.from({ length: 60 }, (_, index) => index));
});

test("bytes that arrive slowly don't wait for more", async () => {
  vi.useFakeTimers();
  try {
    async function* slow(): AsyncGenerator<Uint8Array, void, void> {
      yield new Uint8Array(7);
      yield new Uint8Array(8);
      await new Promise(() => undefined);
    }
    const gathered = gather(slow());
    expect((await gathered.next()).value).toHaveLength(7);
    const second = gathered.next();
    await vi.advanceTimersByTimeAsync(FLUSH_AFTER_MS);
    expect((await second).value).toHaveLength(8);
  } finally {
    vi.useRealTimers();
  }
});

test("bytes that arrived before a failure are passed on, then the failure", async () => {
  async function* failing(): AsyncGenerator<Uint8Array, void, void> {
    yield new Uint8Array(MIN_CHUNK_BYTES);
    throw new Error("broken");
  }
  const gathered = gather(failing());
  expect((await gathered.next()).value).toHaveLength(MIN_CHUNK_BYTES);
  await expect(gathered.next()).rejects.toThrow("broken");
});
