import { isSignedWith, type StunFrame, StunType } from "./stun-frame.ts";
import { TokenBucket } from "./token-bucket.ts";

/**
 * Checks that are answered, at once and per second. A peer with many candidates sends one every 5 to 50 ms at first (RFC 8445, 14.2), then one every few
 * seconds for each path.
 */
const CHECKS = { burst: 200, perSecond: 50 };
/** Error responses that are acted on: the library repeats a check at once, and without end. */
const ERRORS = { burst: 16, perSecond: 1 };

/** Our credentials of one generation. */
export interface Credentials {
  readonly ufrag: string;
  readonly pwd: string;
}

/**
 * - `check`: an authenticated check of the peer
 * - `old-check`: the same, with our credentials before the restart
 * - `response`: to one of our requests; the library verifies its signature
 * - `drop`: everything else
 */
export type Verdict = "check" | "old-check" | "response" | "drop";

/** Decides which STUN messages the library gets to see. It answers, learns addresses from, and acts on everything that it is given. */
export class StunGate {
  #current: Credentials;
  #previous: Credentials | undefined;
  readonly #checks: TokenBucket;
  readonly #errors: TokenBucket;

  constructor(credentials: Credentials, now: () => number = () => performance.now()) {
    this.#current = credentials;
    this.#checks = new TokenBucket({ ...CHECKS, now });
    this.#errors = new TokenBucket({ ...ERRORS, now });
  }

  /** Our credentials after a restart. Those of the last generation are still good for checks of the old path. */
  renew(credentials: Credentials): void {
    this.#previous = this.#current;
    this.#current = credentials;
  }

  /** The password of a check's `old-check`. */
  get previousPassword(): string {
    return this.#previous?.pwd ?? "";
  }

  /** @param awaited whether a request with this transaction id waits for its response */
  judge(frame: StunFrame, bytes: Buffer, awaited: boolean): Verdict {
    if (frame.class === "success") return awaited ? "response" : "drop";
    if (frame.class === "error") return awaited && frame.errorCode !== undefined && this.#errors.take() ? "response" : "drop";
    if (frame.type !== StunType.BINDING_REQUEST || !frame.hasFingerprint) return "drop";
    const [ufrag] = frame.username?.split(":") ?? [];
    const credentials = [this.#current, this.#previous].find((each) => each !== undefined && each.ufrag === ufrag);
    // Strangers know no ufrag, so they can't use up the peer's share.
    if (credentials === undefined || !this.#checks.take() || !isSignedWith(bytes, frame, credentials.pwd)) return "drop";
    return credentials === this.#current ? "check" : "old-check";
  }
}
