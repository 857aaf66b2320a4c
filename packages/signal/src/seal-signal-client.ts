import type { SealError } from "./seal-error.ts";
import type { SessionKeys } from "./session-keys.ts";
import type { SignalClient } from "./signal-client.ts";

export interface SealOptions {
  /** Told of each message that was dropped, and how many there have been with it. */
  readonly onDropped?: (error: SealError, dropped: number) => void;
}

/** Seals what is posted and opens what is read; what doesn't open is dropped and counted. Goes on from where `keys` stand. */
export function sealSignalClient(inner: SignalClient, keys: SessionKeys, options: SealOptions = {}): SignalClient {
  throw new Error("not written yet", { cause: [inner, keys.sessionId, options] });
}
