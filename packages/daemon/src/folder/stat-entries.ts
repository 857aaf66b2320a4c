/* Asks the system about many files at once. */
import { type BigIntStats, lstat, lstatSync } from "node:fs";
import { joinPath } from "./place.ts";

/** Number of files in a row that are asked for directly, before other work goes on: about a millisecond. */
const RUN = 64;

/** A run that takes longer, milliseconds, ends: the system reads from a disk or a network, and what else runs must not wait for it. */
const SLOW_MS = 10;

/** After a slow run this many files are waited for, each by itself, and so many at once: the system answers four at a time. */
const WAITED_FOR = 16;
const AT_ONCE = 64;

/**
 * Gets what each name in a folder is, itself and not what it may link to. To ask directly takes a third of the CPU time, which counts in a folder of 50,000 files. It
 * blocks everything else, so it is done in short runs, each after an answer that was waited for, and only while the system answers at once.
 * @param onStats called for each name, in no order; undefined: it is gone, or permission is denied
 * @throws the signal's reason
 */
export async function statEach(
  folder: Buffer,
  names: readonly Buffer[],
  onStats: (name: Buffer, stats: BigIntStats | undefined) => void,
  signal: AbortSignal,
): Promise<void> {
  const queue = names.values();
  let done = 0;
  const take = (name: Buffer, stats: BigIntStats | undefined): void => {
    onStats(name, stats);
    done += 1;
  };
  const ask = async (count: number): Promise<void> => {
    for (const name of upTo(count, queue)) {
      signal.throwIfAborted();
      take(name, await statOf(joinPath(folder, name)));
    }
  };
  while (done < names.length) {
    await ask(1);
    const slowAtMs = performance.now() + SLOW_MS;
    for (const name of upTo(RUN, queue)) {
      take(name, statNow(joinPath(folder, name)));
      if (performance.now() > slowAtMs) break;
    }
    if (performance.now() > slowAtMs) await Promise.all(Array.from({ length: AT_ONCE }, () => ask(WAITED_FOR)));
  }
}

/** The next items of a queue that others take from, too. */
function* upTo<T>(count: number, queue: Iterator<T>): Generator<T> {
  for (let taken = 0; taken < count; taken += 1) {
    const next = queue.next();
    if (next.done === true) return;
    yield next.value;
  }
}

/** By callback: a promise of the system's takes twice the time. */
function statOf(path: Buffer): Promise<BigIntStats | undefined> {
  return new Promise((resolve) => {
    lstat(path, { bigint: true }, (error, stats) => resolve(error === null ? stats : undefined));
  });
}

function statNow(path: Buffer): BigIntStats | undefined {
  try {
    return lstatSync(path, { bigint: true });
  } catch {
    return undefined;
  }
}
