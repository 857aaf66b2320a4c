import { sleep, within } from "@rangecast/base";
import { RESPONSES_LOCK } from "../../shared/locks.ts";
import type { Message, PageToWorker } from "../../shared/messages/worker-messages.ts";

/** Interval between checks whether all tabs are idle, milliseconds. Only the update waits for it. */
const RETRY_MS = 15_000;
/** Longest time that the take-over may delay responses of other tabs, milliseconds. */
const HOLD_MS = 5_000;

export interface TakeOverOptions {
  readonly container: ServiceWorkerContainer;
  readonly registration: ServiceWorkerRegistration;
  readonly locks: LockManager;
  readonly signal: AbortSignal;
}

/** Lets each newer worker take over when all tabs are idle: one that is waiting already, and those that the browser finds later. */
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
 * Lets a waiting worker take over once no tab has a response open: replacing a worker cuts off its responses.
 * Resolves after the take-over, at once if no worker waits, or when `signal` aborts.
 */
export async function takeOverWhenIdle(options: TakeOverOptions): Promise<void> {
  const { registration, locks, signal } = options;
  while (registration.waiting && !signal.aborted) {
    // Not a queued request: it would block new responses, which take the same lock.
    await locks.request(RESPONSES_LOCK, { mode: "exclusive", ifAvailable: true }, async (lock) => {
      if (lock) await takeOver(options);
    });
    // Still waiting if another tab is busy, or if the take-over took longer than HOLD_MS.
    if (!registration.waiting) return;
    await sleep(RETRY_MS, signal).catch(() => undefined);
  }
}

async function takeOver({ container, registration }: TakeOverOptions): Promise<void> {
  const controlled = new Promise<void>((resolve) => container.addEventListener("controllerchange", () => resolve(), { once: true }));
  registration.waiting?.postMessage({ type: "take-over" } satisfies Message<PageToWorker>);
  await within(HOLD_MS, controlled);
}
