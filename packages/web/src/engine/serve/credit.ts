/** What the page may still send on one response, bytes. */
export interface Credit {
  /** The worker grants this much more. */
  add(bytes: number): void;
  /** Sent. The balance may fall below zero by one message: the bound is one of memory, not of bytes on a wire. */
  spend(bytes: number): void;
  /** Resolves once the balance is at least `bytes`; throws the signal's reason when that aborts first. One wait at a time. */
  until(bytes: number): Promise<void>;
}

export function createCredit(signal: AbortSignal): Credit {
  let balance = 0;
  let changed: (() => void) | undefined;
  signal.addEventListener("abort", () => changed?.(), { once: true });
  return {
    add: (bytes) => {
      balance += bytes;
      changed?.();
    },
    spend: (bytes) => {
      balance -= bytes;
    },
    until: async (bytes) => {
      for (;;) {
        signal.throwIfAborted();
        if (balance >= bytes) return;
        await new Promise<void>((resolve) => (changed = resolve));
      }
    },
  };
}
