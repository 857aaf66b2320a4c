import { SealError } from "./sealed-payload.ts";
import { sealPayload, takePayload } from "./sealed-payload.ts";
import type { SessionKeys } from "./session-keys.ts";
import type { SignalClient } from "../session/signal-client.ts";

export interface SealOptions {
  /** Called with each dropped message's error, and the number of messages dropped so far. */
  readonly onDropped?: (error: SealError, dropped: number) => void;
}

/** A client that seals what it posts and opens what it reads. Messages that don't open are dropped and counted (L-4). Continues at the numbers in `keys`. */
export function sealSignalClient(inner: SignalClient, keys: SessionKeys, options: SealOptions = {}): SignalClient {
  let dropped = 0;
  let sealing: Promise<unknown> = Promise.resolve();
  const drop = (error: unknown): undefined => {
    if (!(error instanceof SealError)) throw error;
    dropped += 1;
    options.onDropped?.(error, dropped);
    return undefined;
  };
  return {
    async post({ type, payload }, postOptions) {
      postOptions?.signal?.throwIfAborted();
      // Sealed one at a time, so that messages reach the queue in the order of their numbers.
      const sealed = sealing.then(() => sealPayload(keys, type, payload));
      sealing = sealed;
      await inner.post({ type, payload: await sealed }, postOptions);
    },

    async *messages(readOptions) {
      for await (const message of inner.messages(readOptions)) {
        const payload = await takePayload(keys, message).catch(drop);
        if (payload !== undefined) yield { ...message, payload };
      }
    },
  };
}
