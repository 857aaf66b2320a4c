/**
 * Runs a task that stops waiting after a time, or when the signal aborts. Not by AbortSignal.any and AbortSignal.timeout: Node 20 can collect what they
 * make before it aborts (nodejs/node#54614).
 * @param task ends by itself soon after its signal aborts
 */
export async function withPatience<T>(ms: number, signal: AbortSignal, task: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const over = new AbortController();
  const end = (): void => over.abort();
  const timer = setTimeout(end, ms);
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  try {
    return await task(over.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  }
}
