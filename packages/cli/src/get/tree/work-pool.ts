/** Handles items with a bounded number of tasks. Items may come while others are handled. */
import { setMaxListeners } from "node:events";
import { createDeferred } from "@rangecast/base";

export interface WorkPoolOptions<Item> {
  /** Tasks at once. */
  readonly tasks: number;
  /** The next item; undefined if there is none now. There may be more when a task ends. */
  readonly next: () => Item | undefined;
  /** If it throws, no more items are taken. */
  readonly handle: (item: Item, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Resolves when there are no items and no task is running. @throws the first error of a task, after all tasks have ended; the signal's reason */
export async function workThrough<Item>({ tasks, next, handle, signal }: WorkPoolOptions<Item>): Promise<void> {
  const stop = new AbortController();
  const all = AbortSignal.any([signal, stop.signal]);
  // Each task listens several times, which is no leak.
  setMaxListeners(0, all);
  let running = 0;
  let changed = createDeferred<void>();
  const work = async (): Promise<void> => {
    while (!all.aborted) {
      const item = next();
      if (item === undefined) {
        if (running === 0) return;
        await changed.promise;
        continue;
      }
      running += 1;
      try {
        await handle(item, all);
      } catch (error) {
        stop.abort(error);
      } finally {
        running -= 1;
        changed.resolve();
        changed = createDeferred<void>();
      }
    }
  };
  await Promise.all(Array.from({ length: tasks }, work));
  all.throwIfAborted();
}
