import { setTimeout as sleep } from "node:timers/promises";

/** Time between two checks, milliseconds. */
const LOOK_MS = 100;

export interface WaitOptions {
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/**
 * Checks repeatedly until there is a result.
 * @returns undefined when the time is up
 * @throws the signal's reason
 */
export async function lookUntil<T>(
  look: () => T | Promise<T | undefined> | undefined,
  { limitMs, signal }: WaitOptions,
): Promise<T | undefined> {
  const end = performance.now() + limitMs;
  for (;;) {
    signal.throwIfAborted();
    const answer = await look();
    if (answer !== undefined) return answer;
    if (performance.now() >= end) return undefined;
    await sleep(LOOK_MS, undefined, { signal });
  }
}

/** @throws if it takes longer */
export async function withinTime<T>(promise: Promise<T>, limitMs: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${limitMs / 1000} s`)), limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
