import { SealError } from "./seal-error.ts";
import { sealPayload, takePayload } from "./sealed-payload.ts";
import type { SessionKeys } from "./session-keys.ts";
import type { SignalClient } from "../session/signal-client.ts";

export interface SealOptions {
  /** Told of each message that was dropped, and how many there have been with it. */
  readonly onDropped?: (error: SealError, dropped: number) => void;
}

/** Seals what is posted and opens what is read; what doesn't open is dropped and counted. Goes on from where `keys` stand. */
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
      // One after the other, so that they reach the queue in the order of their numbers.
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
