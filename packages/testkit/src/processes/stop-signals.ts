/** As shells have them: 128 and the signal's number. */
const STOP_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

export interface StopSignals {
  /** Aborts when somebody stops the program. */
  readonly signal: AbortSignal;
  /** The exit code that says so. */
  readonly code: () => number;
}

/** From now on a signal ends nothing by itself: who listens ends what it started, and then the process. */
export function listenForStop(): StopSignals {
  const stopping = new AbortController();
  let stopCode = 0;
  for (const [signal, code] of Object.entries(STOP_CODES)) {
    process.once(signal, () => {
      stopCode = code;
      stopping.abort();
    });
  }
  return { signal: stopping.signal, code: () => stopCode };
}
