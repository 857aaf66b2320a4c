import { createHash, randomBytes } from "node:crypto";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { openConnections } from "@rangecast/rtc-node";
import { type Frame, RangeStatus } from "@rangecast/wire";
import { expect, onTestFinished, test } from "vitest";
import { runStream } from "./session/run-stream.ts";
import type { SessionEnd } from "./session/session-end.ts";
import { mutatedFrames } from "./testing/mutated-frames.ts";
import { signalPair } from "./testing/signal-pair.ts";
import { connectFetcher, type RangeFetcher } from "./testing/range-fetcher.ts";
import { temporaryFolder } from "@rangecast/testkit/files/temporary-folder";

const MIB = 1024 * 1024;
const FILE_BYTES = 48 * MIB;
const FLOOD_FRAMES = 20_000;
/** Stream ids that the flood does not use. */
const FIRST_UNUSED_ID = 1_000_000;
/** Limits a hang: two peer connections on a slow machine with other work. */
const TIMEOUT_MS = 120_000;

/** Writes a file of random bytes, and returns their hash. */
async function writeRandomFile(path: string, size: number): Promise<string> {
  const hash = createHash("sha256");
  const handle = await open(path, "w");
  for (let written = 0; written < size; written += MIB) {
    const bytes = randomBytes(MIB);
    hash.update(bytes);
    await handle.write(bytes);
  }
  await handle.close();
  return hash.digest("hex");
}

interface Stream {
  readonly fetcher: RangeFetcher;
  readonly hash: string;
  readonly ended: Promise<SessionEnd>;
  readonly stopper: AbortController;
}

/** Streams a file to a connected browser. */
async function connectStream(size: number = FILE_BYTES): Promise<Stream> {
  const filePath = join(await temporaryFolder(), "film.mp4");
  const hash = await writeRandomFile(filePath, size);
  const { browser, agent } = signalPair();
  const stopper = new AbortController();
  const ended = runStream({ sessionId: "loopback", filePath, signals: agent, signal: stopper.signal });
  const fetcher = await connectFetcher(browser);
  onTestFinished(async () => {
    fetcher.close();
    stopper.abort();
    await ended;
    expect(openConnections()).toBe(0);
  });
  return { fetcher, hash, ended, stopper };
}

/** Receives frames until `isLast` returns true. */
function take(fetcher: RangeFetcher, isLast: (frame: Frame) => boolean): Promise<void> {
  return new Promise((resolve) => fetcher.onFrame((frame) => isLast(frame) && resolve()));
}

test.each([
  ["in base chunks", {}],
  ["in large chunks", { extended: true, largeChunks: true }],
])("48 MiB over two real peer connections arrive exactly, %s", { timeout: TIMEOUT_MS }, async (_how, flags) => {
  const { fetcher, hash, ended } = await connectStream();
  const received = createHash("sha256");
  let bytes = 0;
  const frames: string[] = [];
  const done = take(fetcher, (frame) => {
    if (frame.type === "range-data") {
      received.update(frame.data);
      bytes += frame.data.byteLength;
    } else frames.push(frame.type);
    return frame.type === "range-end";
  });
  fetcher.send({ type: "range-req", streamId: 1, offset: 0n, length: 0n, ...flags });
  await done;
  expect([bytes, received.digest("hex"), frames]).toEqual([FILE_BYTES, hash, ["hello", "range-end"]]);
  fetcher.close();
  expect(await ended).toMatchObject({ reason: expect.stringMatching(/^(?:channel|connection)-closed$/u) });
});

test("four ranges at once are served in parallel, and a cancelled one frees its slot", { timeout: TIMEOUT_MS }, async () => {
  const { fetcher } = await connectStream();
  const bytesOf = new Map<number, number>();
  const endOf = new Map<number, number>();
  let most = 0;
  const done = take(fetcher, (frame) => {
    if (frame.type === "range-data") {
      bytesOf.set(frame.streamId, (bytesOf.get(frame.streamId) ?? 0) + frame.data.byteLength);
      const [first = 0, ...others] = [1, 2, 3, 4].map((id) => bytesOf.get(id) ?? 0);
      if (endOf.size === 0) most = Math.max(most, Math.max(first, ...others) - Math.min(first, ...others));
    } else if (frame.type === "range-end") endOf.set(frame.streamId, frame.status);
    return endOf.size === 4;
  });
  for (let id = 1; id <= 5; id += 1) {
    fetcher.send({
      type: "range-req",
      streamId: id,
      offset: BigInt(id) * 8n * BigInt(MIB),
      length: BigInt(id === 5 ? MIB : 4 * MIB),
      largeChunks: true,
    });
  }
  fetcher.send({ type: "cancel", streamId: 4 });
  await done;
  expect([...endOf.keys()].sort((a, b) => a - b)).toEqual([1, 2, 3, 5]);
  expect([bytesOf.get(1), bytesOf.get(2), bytesOf.get(3), bytesOf.get(5)]).toEqual([4 * MIB, 4 * MIB, 4 * MIB, MIB]);
});

test("after a flood of mutated frames over a real channel the session still serves", { timeout: TIMEOUT_MS }, async () => {
  const { fetcher } = await connectStream(MIB);
  fetcher.onFrame(() => {});
  const nextFrame = mutatedFrames(0x5eed);
  for (let count = 0; count < FLOOD_FRAMES; count += 1) {
    const frame = nextFrame();
    if (frame.byteLength > 0) fetcher.channel.send(frame);
    if (count % 256 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  // Ranges of the flood are still being served, so a slot may not be free at first.
  let bytes = 0;
  const status = (streamId: number): Promise<number> =>
    new Promise((resolve) => {
      fetcher.onFrame((frame) => {
        if (frame.streamId !== streamId) return;
        if (frame.type === "range-data") bytes += frame.data.byteLength;
        if (frame.type === "range-end") resolve(frame.status);
      });
      fetcher.send({ type: "range-req", streamId, offset: 0n, length: 0n });
    });
  let streamId = FIRST_UNUSED_ID;
  while ((await status(streamId)) === RangeStatus.BUSY) {
    streamId += 1;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(bytes).toBe(MIB);
});

test("X-4: a daemon that stops sends GOODBYE to an extended browser before the channel closes", { timeout: TIMEOUT_MS }, async () => {
  const { fetcher, ended, stopper } = await connectStream();
  const types: string[] = [];
  const closed = new Promise((resolve) => (fetcher.channel.onclose = resolve));
  const flowing = take(fetcher, (frame) => {
    if (frame.type !== "range-data") types.push(frame.type === "range-end" ? `status ${frame.status}` : frame.type);
    return frame.type === "range-data";
  });
  fetcher.send({ type: "range-req", streamId: 1, offset: 0n, length: 0n, extended: true, largeChunks: true });
  await flowing;
  stopper.abort();
  await closed;
  expect(types).toEqual(["hello", "status 6", "goodbye"]);
  expect(await ended).toMatchObject({ reason: "stopped" });
});
