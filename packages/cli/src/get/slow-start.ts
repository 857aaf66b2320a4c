import type { Trouble } from "../doctor/diagnose.ts";

/** From here on a start is slow, milliseconds: over good networks it takes well under one second, over bad ones a few. */
const SLOW_MS = 4000;

export interface SlowStartOptions {
  /** Looks for what does not work. */
  readonly look: (signal: AbortSignal) => Promise<Trouble | undefined>;
  readonly onTrouble: (trouble: Trouble) => void;
  /** Milliseconds. @default {@link SLOW_MS} */
  readonly afterMs?: number;
}

/** Looks for the reason while a slow start goes on, so that nobody waits half a minute for it. @returns what ends it */
export function watchSlowStart({ look, onTrouble, afterMs = SLOW_MS }: SlowStartOptions): () => void {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    look(controller.signal).then(
      (trouble) => {
        if (trouble !== undefined && !controller.signal.aborted) onTrouble(trouble);
      },
      // The start itself goes on, and tells its own failure.
      () => undefined,
    );
  }, afterMs);
  return () => {
    clearTimeout(timer);
    controller.abort();
  };
}
