/** Flow control of one response: how many bytes the page may still send. */
export interface Credit {
  /** The worker allows this many more. */
  add(bytes: number): void;
  /** That many were sent. The balance may fall below zero by one message: it bounds memory, which needs no exact limit. */
  spend(bytes: number): void;
  /** Resolves once the balance is at least `bytes`. One call at a time. @throws the signal's reason when it aborts first */
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
