import { onAbort } from "@rangecast/base";

/**
 * How long an answer may be awaited before it is asked for again beside, milliseconds: some round trips. A connection that is kept for later dies without a
 * word when the network changes, and Node takes it all the same; the next question takes another one.
 */
export const ASK_AGAIN_MS = 1000;
/** Questions at a time, at most. Node was seen to keep three connections that were dead. */
export const MAX_QUESTIONS = 5;

/**
 * Asks, and asks again beside whenever {@link ASK_AGAIN_MS} pass without an outcome. The first outcome counts, and the other questions are given up.
 * @param signal ends them all
 * @param ask changes nothing where it is asked, and has a time limit of its own
 */
export async function askAgain<T>(signal: AbortSignal | undefined, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
  signal?.throwIfAborted();
  const over = new AbortController();
  const unlisten = onAbort(signal, () => over.abort(signal?.reason));
  let timer: ReturnType<typeof setInterval> | undefined;
  try {
    return await new Promise<T>((resolve, reject) => {
      let questions = 0;
      const begin = (): void => {
        void ask(over.signal).then(resolve, reject);
        questions += 1;
        if (questions === MAX_QUESTIONS) clearInterval(timer);
      };
      timer = setInterval(begin, ASK_AGAIN_MS);
      begin();
    });
  } finally {
    clearInterval(timer);
    unlisten();
    over.abort();
  }
}
