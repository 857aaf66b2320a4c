import type { Trouble } from "../doctor/diagnose.ts";

/** A start that takes longer is slow, milliseconds: over good networks it takes well under one second, over bad ones a few seconds. */
const SLOW_MS = 4000;

export interface SlowStartOptions {
  /** Runs the checks. */
  readonly look: (signal: AbortSignal) => Promise<Trouble | undefined>;
  readonly onTrouble: (trouble: Trouble) => void;
  /** Milliseconds. @default {@link SLOW_MS} */
  readonly afterMs?: number;
}

/** Looks for the cause while a slow start continues, so that the user gets it before the start's own timeout. @returns a function that stops it */
export function watchSlowStart({ look, onTrouble, afterMs = SLOW_MS }: SlowStartOptions): () => void {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    look(controller.signal).then(
      (trouble) => {
        if (trouble !== undefined && !controller.signal.aborted) onTrouble(trouble);
      },
      // The start continues, and reports its own failure.
      () => undefined,
    );
  }, afterMs);
  return () => {
    clearTimeout(timer);
    controller.abort();
  };
}
