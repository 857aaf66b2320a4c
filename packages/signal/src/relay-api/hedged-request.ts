import { onAbort } from "@rangecast/base";

/**
 * How long to wait for a response before the request is sent a second time, milliseconds: some round trips. When the network changes, kept-alive connections
 * die without notice, and Node still uses them; another request goes over another connection.
 */
export const HEDGE_AFTER_MS = 1000;
/** Most requests at a time. Node was seen to keep three dead connections. */
export const MAX_REQUESTS = 5;

/**
 * Sends a request, and the same one again each time {@link HEDGE_AFTER_MS} pass without a result. The first result, success or failure, is used; the other
 * requests are aborted.
 * @param signal aborts all of them
 * @param request must be safe to repeat, and must have its own time limit
 */
export async function hedgeRequest<T>(signal: AbortSignal | undefined, request: (signal: AbortSignal) => Promise<T>): Promise<T> {
  signal?.throwIfAborted();
  const over = new AbortController();
  const unlisten = onAbort(signal, () => over.abort(signal?.reason));
  let timer: ReturnType<typeof setInterval> | undefined;
  try {
    return await new Promise<T>((resolve, reject) => {
      let requests = 0;
      const send = (): void => {
        void request(over.signal).then(resolve, reject);
        requests += 1;
        if (requests === MAX_REQUESTS) clearInterval(timer);
      };
      timer = setInterval(send, HEDGE_AFTER_MS);
      send();
    });
  } finally {
    clearInterval(timer);
    unlisten();
    over.abort();
  }
}
