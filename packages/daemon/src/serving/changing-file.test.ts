/* Ranges of a real file that changes while they are served. */
import { appendFile, chmod, copyFile, open, rename, rm, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { RangeStatus } from "@rangecast/wire";
import { describe, expect, onTestFinished, test } from "vitest";
import { openFile } from "../resources/local-file.ts";
import { singleResource } from "../resources/resource.ts";
import { patternBytes } from "@rangecast/testkit/files/pattern";
import { settle } from "@rangecast/testkit/settle";
import { type RangeBench, rangeBench } from "../testing/range-bench.ts";
import { temporaryFolder } from "@rangecast/testkit/files/temporary-folder";

/** Well over a channel's queue limit, so that the queue is full in the middle of the range. */
const BYTES = 12 * 1024 * 1024;
/** Limits a hang on a busy machine, milliseconds. */
const TIMEOUT_MS = 60_000;
const DONE = RangeStatus.DONE;
const UNREADABLE = RangeStatus.UNREADABLE;
const CHANGED = RangeStatus.CHANGED;
const GONE = RangeStatus.NOT_FOUND;

interface Changing {
  readonly bench: RangeBench;
  readonly path: string;
  /** Another file of the same size, with another byte everywhere. */
  readonly other: string;
  /** Number of bytes sent that are not of the announced version. */
  readonly wrongBytes: () => number;
}

const before = patternBytes(0, BYTES);
const after = before.map((byte) => byte ^ 0xff);

/** Requests a range of a real file and waits until the channel's queue is full. */
async function midRange(extended: boolean): Promise<Changing> {
  const folder = await temporaryFolder();
  const [path, other] = [join(folder, "film.mp4"), join(folder, "other.mp4")];
  await writeFile(path, before);
  await writeFile(other, after);
  // A time that utimes can set again to the nanosecond.
  await utimes(path, 1_600_000_000, 1_600_000_000);
  const source = await openFile(path);
  onTestFinished(() => source.close());
  const bench = rangeBench(0, { resources: singleResource(source) });
  bench.channel.drains = false;
  bench.request(1, 0, 0, { extended });
  for (let sent = -1; sent !== bench.channel.sent.length;) {
    sent = bench.channel.sent.length;
    await settle();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(bench.channel.endsOf(1)).toEqual([]);
  const wrongBytes = (): number => {
    const sent = bench.channel.bytesOf(1);
    return sent.filter((byte, index) => byte !== before[index]).byteLength;
  };
  return { bench, path, other, wrongBytes };
}

/** Lets the channel drain, and returns the range's status. */
async function goOn({ channel, ended }: RangeBench): Promise<number> {
  channel.drains = true;
  channel.drainTo(0);
  return ended(1);
}

describe("a range whose file", { timeout: TIMEOUT_MS }, () => {
  test.each<[string, (path: string, other: string) => Promise<unknown>, number, number]>([
    ["shrinks", (path) => truncate(path, 100), UNREADABLE, CHANGED],
    ["grows", (path) => appendFile(path, "more"), DONE, DONE],
    ["is touched", (path) => utimes(path, 1, 1), UNREADABLE, CHANGED],
    ["has its mode changed", (path) => chmod(path, 0o600), UNREADABLE, CHANGED],
    ["is overwritten in place, as cp does", (path, other) => copyFile(other, path), UNREADABLE, CHANGED],
    ["is overwritten in place with its old time, as cp -p does", copyWithTime, UNREADABLE, CHANGED],
    ["is overwritten in place by a longer one", copyLonger, UNREADABLE, CHANGED],
    ["is overwritten in the middle", (path) => overwrite(path, BYTES - 1000), UNREADABLE, CHANGED],
    ["is replaced by another under its name", (path, other) => rename(other, path), DONE, CHANGED],
    ["is removed", (path) => rm(path), DONE, GONE],
    ["is renamed", (path) => rename(path, `${path}.bak`), DONE, GONE],
    ["grows and is renamed", (path) => appendFile(path, "more").then(() => rename(path, `${path}.bak`)), DONE, GONE],
  ])("%s: no byte of another version is sent, and the status gives the reason", async (_, act, base, extendedStatus) => {
    for (const extended of [true, false]) {
      const { bench, path, other, wrongBytes } = await midRange(extended);
      await act(path, other);
      expect(await goOn(bench)).toBe(extended ? extendedStatus : base);
      expect(wrongBytes()).toBe(0);
      if ((extended ? extendedStatus : base) === DONE) expect(bench.channel.bytesOf(1).byteLength).toBe(BYTES);
    }
  });

  test("has changed counts as changed for every later range of the session", async () => {
    const { bench, path } = await midRange(true);
    await truncate(path, 100);
    await goOn(bench);
    await writeFile(path, before);
    bench.request(2, 0, 10, { extended: true });
    expect(await bench.ended(2)).toBe(CHANGED);
    expect(bench.channel.bytesOf(2).byteLength).toBe(0);
  });
});

test("after a change the file has another validator, and without a change the same", async () => {
  const path = join(await temporaryFolder(), "film.mp4");
  const etagNow = async (): Promise<string> => {
    const source = await openFile(path);
    await source.close();
    return source.etag;
  };
  await writeFile(path, "one");
  await utimes(path, 1, 1);
  const first = await etagNow();
  expect(await etagNow()).toBe(first);
  await writeFile(path, "two");
  const second = await etagNow();
  await writeFile(`${path}.new`, "two");
  await utimes(`${path}.new`, 1, 1);
  await rename(`${path}.new`, path);
  expect(new Set([first, second, await etagNow()]).size).toBe(3);
});

async function copyWithTime(path: string, other: string): Promise<void> {
  const { atime, mtime } = await stat(path);
  await copyFile(other, path);
  await utimes(path, atime, mtime);
}

async function copyLonger(path: string, other: string): Promise<void> {
  await appendFile(other, "more");
  await copyFile(other, path);
}

async function overwrite(path: string, offset: number): Promise<void> {
  const file = await open(path, "r+");
  await file.write(after.subarray(offset, offset + 10), 0, 10, offset);
  await file.close();
}
