import { RESPONSES_LOCK } from "../../shared/locks.ts";
import type { Message, PageToWorker } from "../../shared/worker-messages.ts";

/** Time between two looks whether all tabs are idle, milliseconds. Nobody waits for it but an update. */
const RETRY_MS = 15_000;
/** Longest that responses of other tabs are held off while the new worker takes over, milliseconds. */
const HOLD_MS = 5_000;

export interface TakeOverOptions {
  readonly container: ServiceWorkerContainer;
  readonly registration: ServiceWorkerRegistration;
  readonly locks: LockManager;
  readonly signal: AbortSignal;
}

/** Has each newer worker take over when it may: one that waits already, and those that the browser finds later. */
export function followUpdates(options: TakeOverOptions): void {
  const { registration, signal } = options;
  const follow = (worker: ServiceWorker | null): void => {
    const settled = (): void => {
      if (worker?.state === "installed") void takeOverWhenIdle(options);
    };
    worker?.addEventListener("statechange", settled, { signal });
    settled();
  };
  registration.addEventListener("updatefound", () => follow(registration.installing), { signal });
  follow(registration.installing);
  follow(registration.waiting);
}

/**
 * Has a waiting worker take over once no tab has a response open: an old worker that is replaced takes its responses with it.
 * Resolves after it took over, or at once where none waits.
 */
export async function takeOverWhenIdle(options: TakeOverOptions): Promise<void> {
  const { registration, locks, signal } = options;
  while (registration.waiting && !signal.aborted) {
    // Not a queued request: that would stand before the locks of responses to come.
    await locks.request(RESPONSES_LOCK, { mode: "exclusive", ifAvailable: true }, async (lock) => {
      if (lock) await takeOver(options);
    });
    // It may have been held up for longer than others can be: then once more.
    if (!registration.waiting) return;
    await delay(RETRY_MS, signal);
  }
}

async function takeOver({ container, registration }: TakeOverOptions): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, HOLD_MS);
    const settle = (): void => {
      clearTimeout(timer);
      resolve();
    };
    container.addEventListener("controllerchange", settle, { once: true });
    registration.waiting?.postMessage({ type: "take-over" } satisfies Message<PageToWorker>);
  });
}

/** Ends early when `signal` aborts. */
async function delay(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
