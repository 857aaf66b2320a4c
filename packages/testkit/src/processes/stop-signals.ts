/** Exit codes as in shells: 128 plus the signal's number. */
const STOP_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

export interface StopSignals {
  /** Aborts when the program is stopped. */
  readonly signal: AbortSignal;
  /** The exit code for that signal. */
  readonly code: () => number;
}

/** From now on signals don't end the process. The listener stops what it has started, and then exits. */
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
