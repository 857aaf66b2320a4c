import { type Bytes, encodeParts } from "../encoding/bytes.ts";
import { deriveAesKey } from "../encoding/hkdf.ts";
import type { SignalSide } from "../messages/message.ts";

export interface SessionKeyOptions {
  readonly secret: Bytes;
  readonly shareId: string;
  readonly sessionId: string;
  /** Identifies the daemon's run: random at each of its starts. */
  readonly epoch: string;
  /** Our side. */
  readonly side: SignalSide;
}

/**
 * One session's keys and message numbers. Everything that seals or opens messages of a session must share one of these objects, so that no number is used
 * twice.
 */
export interface SessionKeys {
  readonly side: SignalSide;
  readonly shareId: string;
  readonly sessionId: string;
  readonly sendKey: CryptoKey;
  readonly receiveKey: CryptoKey;
  readonly progress: {
    /** The number of the next sealed message. */
    nextSent: number;
    /** The highest accepted number; -1 before the first. */
    lastTaken: number;
  };
}

const KEY_DOMAIN = "rangecast/1";

/**
 * HKDF-SHA-256(S, salt share id, "rangecast/1" ‖ direction ‖ session id ‖ epoch) → AES-256-GCM (L-4; PROTOCOL.md, section 5). The direction is the
 * sending side; the four parts are length-prefixed.
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
