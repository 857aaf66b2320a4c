/**
 * Waits for a promise, but no longer than `ms` milliseconds. For last steps that must not be waited for without end.
 * @returns whether it settled in time
 * @throws what the promise rejects with, in time
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
