/* Asks the system about many files at once. */
import { type BigIntStats, lstat, lstatSync } from "node:fs";

/** Number of files in a row that are asked for directly, before other work goes on: about a millisecond. */
const RUN = 64;

/** A run that takes longer, milliseconds, ends: the system reads from a disk or a network, and what else runs must not wait for it. */
const SLOW_MS = 10;

/** Number of files after a slow run that are waited for, and how many of them are asked for at once: the system answers four at a time. */
const WAITED_FOR = 1024;
const AT_ONCE = 64;

/**
 * Gets what each path names, itself and not what it may link to. To ask directly takes a third of the CPU time, which counts in a folder of 50,000 files. It
 * blocks everything else, so it is done in short runs, each after an answer that was waited for, and only while the system answers at once.
 * @param onStats called for each path by its index, in no order; undefined: it is gone, or permission is denied
 * @throws the signal's reason
 */
export async function statEach(
  paths: readonly Buffer[],
  onStats: (index: number, stats: BigIntStats | undefined) => void,
  signal: AbortSignal,
): Promise<void> {
  let next = 0;
  const ask = async (): Promise<void> => {
    signal.throwIfAborted();
    const index = next;
    next += 1;
    onStats(index, await statOf(paths[index]));
  };
  const askUntil = async (end: number): Promise<void> => {
    while (next < end) await ask();
  };
  while (next < paths.length) {
    await ask();
    const slowAtMs = performance.now() + SLOW_MS;
    const end = Math.min(paths.length, next + RUN);
    for (; next < end && performance.now() < slowAtMs; next += 1) onStats(next, statNow(paths[next]));
    if (performance.now() < slowAtMs) continue;
    const waitedFor = Math.min(paths.length, next + WAITED_FOR);
    await Promise.all(Array.from({ length: AT_ONCE }, () => askUntil(waitedFor)));
  }
}

/** By callback: a promise of the system's takes twice the time. */
function statOf(path: Buffer | undefined): Promise<BigIntStats | undefined> {
  return new Promise((resolve) => {
    if (path === undefined) return resolve(undefined);
    lstat(path, { bigint: true }, (error, stats) => resolve(error === null ? stats : undefined));
  });
}

function statNow(path: Buffer | undefined): BigIntStats | undefined {
  try {
    return path === undefined ? undefined : lstatSync(path, { bigint: true });
  } catch {
    return undefined;
  }
}
