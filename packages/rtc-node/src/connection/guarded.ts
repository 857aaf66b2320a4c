/** Called with the exception of an event handler. */
export type OnFault = (error: unknown) => void;

/**
 * Wraps a handler so that its exceptions go to `onFault`. An exception that reaches libdatachannel's binding aborts the process without an
 * `uncaughtException` event.
 */
export function guarded<Arguments extends unknown[]>(
  onFault: OnFault,
  handle: (...event: Arguments) => void,
): (...event: Arguments) => void {
  return (...event) => {
    try {
      handle(...event);
    } catch (error) {
      report(onFault, error);
    }
  };
}

/** Throws from the event loop, where Node's own rules for uncaught errors apply. */
export function rethrowLater(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}

/** Exceptions of the fault handler must not reach the native caller either. */
function report(onFault: OnFault, error: unknown): void {
  try {
    onFault(error);
  } catch (another) {
    rethrowLater(another);
  }
}
