import { relayBackoffMs } from "./relay-backoff.ts";
import { mayPass } from "./relay-failure.ts";
import { SignalError } from "./signal-error.ts";
import { sleep } from "@rangecast/base";

export interface PersistOptions {
  readonly signal: AbortSignal | undefined;
  /** When no new try is begun any more, by `performance.now()`. */
  readonly untilMs: number;
  /** Which failures are tried again. @default all that may pass */
  readonly retries?: (error: SignalError) => boolean;
  /** Told of each failure that is tried again. */
  readonly onTrouble?: ((error: SignalError) => void) | undefined;
}

/** Tries until it works, with backoff. @throws {SignalError} the first failure that isn't tried again; the signal's reason when it aborts */
export async function persist<T>(task: () => Promise<T>, options: PersistOptions): Promise<T> {
  const { signal, untilMs, retries = mayPass, onTrouble } = options;
  for (let failures = 1; ; failures += 1) {
    let trouble: SignalError;
    try {
      return await task();
    } catch (error) {
      if (!(error instanceof SignalError) || !retries(error)) throw error;
      trouble = error;
    }
    const waitMs = relayBackoffMs(failures, trouble.retryAfterMs);
    if (performance.now() + waitMs > untilMs) throw trouble;
    onTrouble?.(trouble);
    await sleep(waitMs, signal);
  }
}
