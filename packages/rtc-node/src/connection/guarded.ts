/** Told of what an event handler threw. */
export type OnFault = (error: unknown) => void;

/**
 * A handler whose exceptions go to `onFault`, never into the native caller: an exception that reaches libdatachannel's binding aborts the
 * process, and `uncaughtException` never runs.
 */
export function guarded<Arguments extends unknown[]>(
  onFault: OnFault,
  handle: (...event: Arguments) => void,
): (...event: Arguments) => void {
  return (...event) => {
    try {
      handle(...event);
    } catch (error) {
      tell(onFault, error);
    }
  };
}

/** Throws from the event loop, where Node's own rules for uncaught errors apply. */
export function rethrowLater(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}

/** A fault handler that throws must not get past us either. */
function tell(onFault: OnFault, error: unknown): void {
  try {
    onFault(error);
  } catch (another) {
    rethrowLater(another);
  }
}
