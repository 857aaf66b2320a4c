import type { BenchPage, Flow, SeekJob, SeekResult, SteadyFlow, Target, Way } from "./api.ts";
import { receiverCount, receiverOffer, receiverTake, senderAnswer } from "./bare-channel.ts";
import { openFirehose } from "./firehose-viewer.ts";
import { openOurs } from "./our-viewer.ts";
import type { Viewer } from "./viewer.ts";

/** A seek whose first byte takes longer counts as this long, milliseconds. */
const SEEK_LIMIT_MS = 20_000;
const MS_PER_SECOND = 1000;

let viewer: Viewer | undefined;

function opened(): Viewer {
  if (viewer === undefined) throw new Error("nothing was opened");
  return viewer;
}

async function open(way: Way, target: Target): Promise<void> {
  viewer = await (way === "ours" ? openOurs(target) : openFirehose(target));
}

/** Waits; rejects if the session fails. */
async function wait(ms: number): Promise<void> {
  await Promise.race([new Promise((resolve) => setTimeout(resolve, ms)), opened().failed]);
}

async function readFor(warmUpMs: number, measureMs: number): Promise<SteadyFlow> {
  let bytes = 0;
  let startMs = Number.NaN;
  const bytesBySecond = Array.from({ length: Math.floor(measureMs / MS_PER_SECOND) }, () => 0);
  opened().readFrom(0, (count) => {
    bytes += count;
    const second = Math.floor((performance.now() - startMs) / MS_PER_SECOND);
    if (second in bytesBySecond) bytesBySecond[second]! += count;
  });
  await wait(warmUpMs);
  const before = bytes;
  startMs = performance.now();
  await wait(measureMs);
  return { bytes: bytes - before, ms: performance.now() - startMs, bytesBySecond };
}

async function readBytes(wanted: number): Promise<Flow> {
  const start = performance.now();
  const done = Promise.withResolvers<number>();
  let bytes = 0;
  opened().readFrom(0, (count) => {
    bytes += count;
    if (bytes >= wanted) done.resolve(performance.now() - start);
  });
  const ms = await Promise.race([done.promise, opened().failed]);
  return { bytes, ms };
}

async function seek({ warmUpMs, everyMs, forMs, offsets }: SeekJob): Promise<SeekResult> {
  let bytes = 0;
  const firstByteMs: number[] = [];
  opened().readFrom(0, (count) => (bytes += count));
  await wait(warmUpMs);
  bytes = 0;
  const start = performance.now();
  for (const offset of offsets) {
    await wait(everyMs);
    if (performance.now() - start > forMs) break;
    const called = performance.now();
    const first = Promise.withResolvers<number>();
    opened().readFrom(offset, (count) => {
      bytes += count;
      first.resolve(performance.now() - called);
    });
    firstByteMs.push(await Promise.race([first.promise, wait(SEEK_LIMIT_MS).then(() => SEEK_LIMIT_MS)]));
  }
  return { firstByteMs, bytes, ms: performance.now() - start };
}

async function firstByteAt(way: Way, target: Target): Promise<number> {
  await open(way, target);
  const first = Promise.withResolvers<number>();
  opened().readFrom(0, () => first.resolve(Date.now()));
  return Promise.race([first.promise, opened().failed]);
}

async function fetchAll(url: string): Promise<Flow> {
  const start = performance.now();
  const { body } = await fetch(url, { cache: "no-store" });
  if (body === null) throw new Error("the answer has no body");
  let bytes = 0;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { bytes, ms: performance.now() - start };
    bytes += value.byteLength;
  }
}

const bench: BenchPage = {
  open,
  close: async () => viewer?.close(),
  readFor,
  readBytes,
  seek,
  firstByteAt,
  fetchAll,
  receiverOffer,
  receiverTake,
  receiverCount,
  senderAnswer,
};
window.bench = bench;
