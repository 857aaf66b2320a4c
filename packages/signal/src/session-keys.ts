import type { SignalSide } from "./message.ts";

export interface SessionKeyOptions {
  readonly secret: Uint8Array<ArrayBuffer>;
  readonly shareId: string;
  readonly sessionId: string;
  /** The daemon's, random at each of its starts. */
  readonly epoch: string;
  /** Which side we are. */
  readonly side: SignalSide;
}

/**
 * One session's keys, and how far each direction has come: there is one of these a session, and whatever seals or opens for the session
 * uses it, so that no number is used twice.
 */
export interface SessionKeys {
  readonly side: SignalSide;
  readonly shareId: string;
  readonly sessionId: string;
  readonly sendKey: CryptoKey;
  readonly receiveKey: CryptoKey;
  readonly progress: {
    /** The number that the next sealed message gets. */
    nextSent: number;
    /** The highest number taken; -1 before any. */
    lastTaken: number;
  };
}

/** HKDF-SHA-256(S, salt share id, "rangecast/1" ‖ direction ‖ session id ‖ epoch) → AES-256-GCM (protocol 3.1, point 4). */
export function deriveSessionKeys(options: SessionKeyOptions): Promise<SessionKeys> {
  throw new Error("not written yet", { cause: options.sessionId });
}
