import { onAbort, startTimer } from "@rangecast/base";

/**
 * Runs a task whose signal aborts after `ms` milliseconds, or when `signal` aborts. Unlike `withDeadline`, it resolves to the task's own result, which
 * may be partial. AbortSignal.any and AbortSignal.timeout are not used: Node 20 can collect the signals they make before they abort (nodejs/node#54614).
 * @param task settles soon after its signal aborts
 */
export async function withPatience<T>(ms: number, signal: AbortSignal, task: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const end = (): void => controller.abort();
  const stopTimer = startTimer(ms, end);
  const unlisten = onAbort(signal, end);
  if (signal.aborted) end();
  try {
    return await task(controller.signal);
  } finally {
    stopTimer();
    unlisten();
  }
}
