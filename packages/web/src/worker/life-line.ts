/*
 * Each page holds a Web Lock under its own name for as long as it lives. Whoever gets that lock knows that the page is gone: the one sign
 * that a closed tab gives, within about 100 ms. Messages just stop.
 */
import { lifeLockName } from "../shared/locks.ts";

/** Resolves once the page is gone; rejects when `signal` aborts. */
export async function waitUntilPageGone(locks: LockManager, clientId: string, signal: AbortSignal): Promise<void> {
  // Shared: many responses may wait for the same page.
  await locks.request(lifeLockName(clientId), { mode: "shared", signal }, () => undefined);
}
