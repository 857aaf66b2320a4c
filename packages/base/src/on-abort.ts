interface Waiting {
  readonly callbacks: Set<() => void>;
  readonly listener: () => void;
}

/** The callbacks and the listener of each signal. */
const waiting = new WeakMap<AbortSignal, Waiting>();

/**
 * Calls back when the signal aborts. Not if it has aborted already: check that first. A signal has a single listener for all callbacks, since Node warns of a leak
 * from eleven listeners on.
 * @returns a function that removes the callback
 */
export function onAbort(signal: AbortSignal | undefined, callback: () => void): () => void {
  if (signal === undefined) return () => undefined;
  const { callbacks, listener } = waiting.get(signal) ?? listen(signal);
  // Wrapped, so that the same callback can be added twice.
  const entry = (): void => callback();
  callbacks.add(entry);
  return () => {
    callbacks.delete(entry);
    if (callbacks.size > 0 || waiting.get(signal)?.callbacks !== callbacks) return;
    signal.removeEventListener("abort", listener);
    waiting.delete(signal);
  };
}

function listen(signal: AbortSignal): Waiting {
  const callbacks = new Set<() => void>();
  const listener = (): void => {
    waiting.delete(signal);
    for (const callback of callbacks) callback();
  };
  const entry = { callbacks, listener };
  waiting.set(signal, entry);
  signal.addEventListener("abort", listener, { once: true });
  return entry;
}
