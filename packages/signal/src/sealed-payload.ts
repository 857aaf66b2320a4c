import type { SignalMessage, SignalType } from "./message.ts";
import type { SessionKeys } from "./session-keys.ts";

/** Seals a payload under the next number of our direction: `v1.{seq}.{base64url(nonce ‖ ciphertext)}`. */
export function sealPayload(keys: SessionKeys, type: SignalType, payload: string): Promise<string> {
  throw new Error("not written yet", { cause: [keys.sessionId, type, payload.length] });
}

/**
 * Opens one of the other side's messages without taking it: the keys' progress is not touched, so the same message may still be read from
 * {@link sealSignalClient}. This is how a daemon tries an offer before it allocates anything.
 * @throws {SealError} all reasons but `replayed`
 */
export function openPayload(keys: SessionKeys, message: SignalMessage): Promise<{ readonly seq: number; readonly payload: string }> {
  throw new Error("not written yet", { cause: [keys.sessionId, message.type] });
}
