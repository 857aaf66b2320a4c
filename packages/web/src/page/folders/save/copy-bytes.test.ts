import { expect, test } from "vitest";
import { copyBytes, WRITE_BYTES } from "./copy-bytes.ts";

const CHUNK = WRITE_BYTES / 4;

/** A stream of chunks whose first byte is their number. */
function stream(count: number, failure?: Error) {
  let sent = 0;
  let cancelled = false;
  const bytes = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull: (controller) => {
        if (sent < count) return controller.enqueue(new Uint8Array(CHUNK).fill(sent++));
        if (failure) controller.error(failure);
        else controller.close();
      },
      cancel: () => void (cancelled = true),
    },
    { highWaterMark: 0 },
  );
  return { bytes, sent: () => sent, cancelled: () => cancelled };
}

test("bytes are written in their order, many at once, and one write at a time", async () => {
  const written: Uint8Array[] = [];
  let writing = 0;
  await copyBytes(stream(10).bytes, async (bytes) => {
    expect(++writing).toBe(1);
    await new Promise((resolve) => setImmediate(resolve));
    written.push(bytes);
    writing -= 1;
  });
  expect(written.map(({ byteLength }) => byteLength / CHUNK)).toEqual([4, 4, 2]);
  expect(written.flatMap((bytes) => Array.from(bytes.filter((_byte, index) => index % CHUNK === 0)))).toEqual([
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
  ]);
});

test("if the stream fails, what has come is written first", async () => {
  let size = 0;
  const failing = copyBytes(stream(6, new Error("cut")).bytes, async (bytes) => void (size += bytes.byteLength));
  await expect(failing).rejects.toThrow("cut");
  expect(size).toBe(6 * CHUNK);
});

test("if writing fails, no more is read", async () => {
  const source = stream(1000);
  await expect(copyBytes(source.bytes, () => Promise.reject(new Error("full")))).rejects.toThrow("full");
  expect(source.sent()).toBeLessThan(10);
  expect(source.cancelled()).toBe(true);
});
