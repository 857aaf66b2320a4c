import { createHash, randomBytes } from "node:crypto";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { openConnections } from "@rangecast/rtc-node";
import type { Frame } from "@rangecast/wire";
import { expect, onTestFinished, test } from "vitest";
import { runStream } from "./run-stream.ts";
import type { SessionEnd } from "./session-end.ts";
import { connectFetcher, type RangeFetcher } from "./testing/range-fetcher.ts";
import { signalPair } from "./testing/signal-pair.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

const MIB = 1024 * 1024;
const FILE_BYTES = 64 * MIB;
/** Bounds a hang: two peer connections on a slow machine with other work. */
const TIMEOUT_MS = 120_000;

/** A file of random bytes, and their hash. */
async function writeRandomFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  const handle = await open(path, "w");
  for (let written = 0; written < FILE_BYTES; written += MIB) {
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

/** The stream of a 64 MiB file to a browser that is connected. */
async function connectStream(): Promise<Stream> {
  const filePath = join(await temporaryFolder(), "film.mp4");
  const hash = await writeRandomFile(filePath);
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

/** Takes frames until one of them is the last of interest. */
function take(fetcher: RangeFetcher, isLast: (frame: Frame) => boolean): Promise<void> {
  return new Promise((resolve) => fetcher.onFrame((frame) => isLast(frame) && resolve()));
}

test.each([
  ["in base chunks", {}],
  ["in large chunks", { extended: true, largeChunks: true }],
])("64 MiB over two real peer connections arrive exactly, %s", { timeout: TIMEOUT_MS }, async (_how, flags) => {
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

test("four ranges at once are served side by side, and a cancelled one makes room", { timeout: TIMEOUT_MS }, async () => {
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

test("a daemon that stops says goodbye to an extended browser before the channel closes", { timeout: TIMEOUT_MS }, async () => {
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
