import type { Identity } from "./identity.ts";
import type { AnswerPayload } from "./payload.ts";

export interface SealAnswerOptions {
  readonly identity: Identity;
  readonly shareNonce: Uint8Array<ArrayBuffer>;
  readonly shareId: string;
  readonly sessionId: string;
  /** The offer's payload, exactly as it was read after opening. */
  readonly offerText: string;
  readonly answer: AnswerPayload;
}

export interface VerifyAnswerOptions {
  readonly shareId: string;
  readonly sessionId: string;
  /** The offer's payload, exactly as it was given to be sealed. */
  readonly offerText: string;
  /** The answer's payload after opening. */
  readonly payload: string;
}

/** The answer's payload (before sealing) with the proof of who made it: `{type, sdp, offerHash, publicKey, shareNonce, signature}` (3.1, point 5). */
export function sealAnswer(options: SealAnswerOptions): Promise<string> {
  throw new Error("not written yet", { cause: options.sessionId });
}

/** @throws {BindingError} */
export function verifyAnswer(options: VerifyAnswerOptions): Promise<AnswerPayload> {
  throw new Error("not written yet", { cause: options.sessionId });
}
