import type { ShareLink } from "./link.ts";
import type { IceServer } from "./relay-answers.ts";
import type { SignalClient } from "./signal-client.ts";
import type { SignalError } from "./signal-error.ts";

export interface JoinOptions {
  readonly link: ShareLink;
  /** 16 random bytes, base64url. @default createRandomId() */
  readonly sessionId?: string;
  /** @default globalThis.fetch */
  readonly fetch?: typeof fetch;
  readonly signal?: AbortSignal;
  /** Told of each failure of the session's client that is tried again. */
  readonly onTrouble?: (error: SignalError) => void;
}

/** A share that is there: derive the keys with `epoch` and `sessionId`, seal the offer, open. */
export interface JoinedShare {
  readonly sessionId: string;
  readonly epoch: string;
  readonly iceServers: IceServer[];
  /**
   * Opens the session with the sealed offer; the answer comes through the client's messages(), unopened. Once only.
   * @throws {SignalError} `not-found`, `offline`, `busy`, `conflict`, `unreachable` (then join again: a new session id)
   */
  open(sealedOffer: string, options?: { readonly signal?: AbortSignal }): Promise<SignalClient>;
}

/** @throws {SignalError} `not-found` (a wrong link looks the same), `offline`, `busy` (with `retryAfterMs`), `unreachable`; the signal's reason when it aborts */
export function joinShare(options: JoinOptions): Promise<JoinedShare> {
  throw new Error("not written yet", { cause: options.sessionId });
}
