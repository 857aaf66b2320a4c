import type { IceParameters } from "./ice-agent.ts";
import { isSignedWith, type StunFrame } from "./stun-frame.ts";
import { TokenBucket } from "./token-bucket.ts";

/**
 * Checks that are answered, at once and per second. A peer with many candidates sends one every 5 to 50 ms at first (RFC 8445, 14.2), then one every few
 * seconds for each path.
 */
const CHECKS = { burst: 200, perSecond: 50 };
/** Error responses that are acted on: the library repeats a refused check at once, and without end. */
const ERRORS = { burst: 16, perSecond: 1 };

/**
 * - `check`: an authenticated check of the peer
 * - `response`: to one of our requests; the library verifies its signature
 * - `drop`: everything else
 */
export type Verdict = "check" | "response" | "drop";

/** Decides which STUN messages the library gets to see. It answers, and acts on, every request that it is given, and keeps its address. */
export class StunGate {
  readonly #local: IceParameters;
  readonly #checks: TokenBucket;
  readonly #errors: TokenBucket;

  /** @param local our credentials @param now ms */
  constructor(local: IceParameters, now: () => number = () => performance.now()) {
    this.#local = local;
    this.#checks = new TokenBucket({ ...CHECKS, now });
    this.#errors = new TokenBucket({ ...ERRORS, now });
  }

  /** @param awaited whether a request with this transaction id waits for its response */
  judge(frame: StunFrame, bytes: Buffer, awaited: boolean): Verdict {
    if (frame.class === "success") return awaited ? "response" : "drop";
    if (frame.class === "error") return awaited && frame.errorCode !== undefined && this.#errors.take() ? "response" : "drop";
    if (!frame.isCheck || !frame.hasFingerprint || frame.ufrag !== this.#local.ufrag) return "drop";
    // The signature first: who sees our ufrag on the path must not use up the peer's share, because a peer without answers ends the connection (RFC 7675).
    return isSignedWith(bytes, frame, this.#local.pwd) && this.#checks.take() ? "check" : "drop";
  }
}
