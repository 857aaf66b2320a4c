import { onAbort } from "./on-abort.ts";

/* Waits that end when a signal aborts, and then leave neither a timer nor a listener behind. */

const noop = (): void => undefined;

/** Calls back after `ms` milliseconds; never if undefined. @returns a function that stops the timer */
export function startTimer(ms: number | undefined, callback: () => void): () => void {
  if (ms === undefined) return noop;
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
}

/** Waits for `ms` milliseconds. @throws the signal's reason when it aborts */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return untilAborted(signal, (resolve) => startTimer(ms, () => resolve(undefined)));
}

/** The promise's result. If the signal aborts first, a later rejection of the promise is ignored. @throws the signal's reason when it aborts */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  promise.catch(noop);
  return untilAborted(signal, (resolve, reject) => {
    promise.then(resolve, reject);
    return noop;
  });
}

/**
 * Runs a task with a time limit. At the limit the task's signal aborts, and the returned promise rejects, whether the task stops or not.
 * @param ms the limit, milliseconds
 * @param signal aborts the task, too
 * @param expired makes the error for exceeding the limit
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

/**
 * Waits for a promise, at most `ms` milliseconds: for clean-up that must not block for ever.
 * @returns whether it was fulfilled in time
 * @throws the promise's error, if it rejects in time
 */
export async function within(ms: number, promise: Promise<unknown>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** As `new Promise`, but rejects when the signal aborts, and calls the executor's clean-up function when it settles. */
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
