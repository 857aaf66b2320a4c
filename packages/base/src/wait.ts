import { onAbort } from "./on-abort.ts";

/* Waiting: everything here ends with the signal, and leaves neither timer nor listener behind. */

const noop = (): void => undefined;

/** Calls back after so many milliseconds, or never if there are none. @returns what stops it */
export function startTimer(ms: number | undefined, callback: () => void): () => void {
  if (ms === undefined) return noop;
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
}

/** Waits for so many milliseconds. @throws the signal's reason when it aborts */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return untilAborted(signal, (resolve) => startTimer(ms, () => resolve(undefined)));
}

/** A promise's outcome, or the signal's reason when it aborts first; the promise is then on its own, and its rejection nobody's. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  promise.catch(noop);
  return untilAborted(signal, (resolve, reject) => {
    promise.then(resolve, reject);
    return noop;
  });
}

/**
 * Runs a task that has to be done within a time.
 * @param signal ends it too
 * @param expired makes the reason with which it then rejects
 */
export async function withDeadline<T>(
  ms: number,
  signal: AbortSignal | undefined,
  expired: () => Error,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const controller = new AbortController();
  const stopTimer = startTimer(ms, () => controller.abort(expired()));
  const unlisten = onAbort(signal, () => controller.abort(signal?.reason));
  try {
    return await abortable(task(controller.signal), controller.signal);
  } finally {
    stopTimer();
    unlisten();
  }
}

/** `new Promise`, whose executor returns its own clean-up, and which rejects when the signal aborts. */
function untilAborted<T>(
  signal: AbortSignal | undefined,
  start: (resolve: (value: T) => void, reject: (reason: unknown) => void) => () => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const unlisten = onAbort(signal, () => {
      settle();
      reject(signal?.reason as Error);
    });
    const settle = (): void => {
      stop();
      unlisten();
    };
    const stop = start(
      (value) => {
        settle();
        resolve(value);
      },
      (reason) => {
        settle();
        reject(reason);
      },
    );
  });
}
