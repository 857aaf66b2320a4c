/** Told of what an event handler threw. */
export type OnFault = (error: unknown) => void;

/** A handler whose exceptions go to `onFault`, never into the native caller. */
export function guarded<E>(onFault: OnFault, handle: (event: E) => void): (event: E) => void {
  return (event) => {
    try {
      handle(event);
    } catch (error) {
      onFault(error);
    }
  };
}

/** Throws from the event loop, where Node's own rules for uncaught errors apply. */
export function rethrowLater(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}
