import { encodeParts } from "../encoding/bytes.ts";
import { deriveAesKey } from "../encoding/hkdf.ts";
import type { SignalSide } from "../messages/message.ts";

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

const KEY_DOMAIN = "rangecast/1";

/**
 * HKDF-SHA-256(S, salt share id, "rangecast/1" ‖ direction ‖ session id ‖ epoch) → AES-256-GCM (protocol 3.1, point 4). The direction is the
 * side that sends; the four parts are length-prefixed.
 */
export async function deriveSessionKeys(options: SessionKeyOptions): Promise<SessionKeys> {
  const { secret, shareId, sessionId, epoch, side } = options;
  const derive = (direction: SignalSide, usage: "encrypt" | "decrypt"): Promise<CryptoKey> =>
    deriveAesKey(secret, shareId, encodeParts(KEY_DOMAIN, direction, sessionId, epoch), usage);
  const [sendKey, receiveKey] = await Promise.all([derive(side, "encrypt"), derive(otherSide(side), "decrypt")]);
  return { side, shareId, sessionId, sendKey, receiveKey, progress: { nextSent: 0, lastTaken: -1 } };
}

export function otherSide(side: SignalSide): SignalSide {
  return side === "browser" ? "agent" : "browser";
}
