import { deriveJoinToken, type DaemonSignals, joinHash, SignalError } from "@rangecast/signal";
import { SessionError, StateError } from "../daemon-error.ts";
import type { ShareKeys } from "../identity/share-keys.ts";
import type { ShareRecords } from "../identity/share-records.ts";
import type { Logger } from "../logger.ts";
import type { LinkEnd } from "../terms/share-terms.ts";

/** Most ended links that a daemon answers, the latest ones: a relay accepts 256 shares of a daemon, and those that work go first. */
const MAX_ANSWERED = 32;

/** Time limit for taking back the registrations at the end, milliseconds. What is left of them ends with the daemon's registration. */
const REVOKE_PATIENCE_MS = 1000;

/** A share that has ended. Its viewers are told so. */
export interface EndedShare {
  readonly info: { readonly id: string };
  readonly keys: ShareKeys;
  readonly ended: LinkEnd;
}

export interface EndedSharesOptions {
  readonly signals: DaemonSignals;
  readonly links: ShareRecords;
  readonly logger: Logger;
  /** Aborts when the daemon closes. */
  readonly signal: AbortSignal;
}

const MESSAGES: Readonly<Record<LinkEnd, string>> = {
  expired: "the link has expired",
  "used-up": "the file was downloaded as often as the host allows",
  revoked: "the host revoked the link",
};

/** What a viewer with the link of an ended share is told, and the host. */
export function endMessage(reason: LinkEnd): string {
  return MESSAGES[reason];
}

export function endedError(reason: LinkEnd): SessionError {
  return new SessionError(reason, MESSAGES[reason]);
}

/** The ended links of this daemon's identity, which stay registered at the relay so that their viewers reach the daemon. */
export class EndedShares {
  readonly #options: EndedSharesOptions;
  readonly #shares = new Map<string, EndedShare>();
  #started = false;

  constructor(options: EndedSharesOptions) {
    this.#options = options;
  }

  get(id: string): EndedShare | undefined {
    return this.#shares.get(id);
  }

  /** A registered share has ended. */
  add(id: string, keys: ShareKeys, ended: LinkEnd): void {
    this.#shares.set(id, { info: { id }, keys, ended });
    const [oldest] = this.#shares.keys();
    if (this.#shares.size <= MAX_ANSWERED || oldest === undefined) return;
    this.#shares.delete(oldest);
    void this.#revoke(oldest);
  }

  /** Registers those that ended before this daemon was started. Failures are logged. @param isShared whether a share with an id works */
  async start(isShared: (id: string) => boolean): Promise<void> {
    if (this.#started) return;
    this.#started = true;
    const { links, signals, logger, signal } = this.#options;
    try {
      const ended = (await links.ended()).filter(({ id }) => !isShared(id) && !this.#shares.has(id));
      for (const { id, keys, reason } of ended.slice(0, MAX_ANSWERED).toReversed()) {
        signal.throwIfAborted();
        const hash = await joinHash(await deriveJoinToken(keys.secret, id));
        await signals.register({ shareNonce: keys.nonce, joinHash: hash }, { signal });
        this.add(id, keys, reason);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof SignalError) && !(error instanceof StateError)) throw error;
      logger.warn("links that have ended can't be answered", { error });
    }
  }

  /** Takes the registrations back: no daemon answers them from now on, so the relay should not send viewers. */
  async close(): Promise<void> {
    await Promise.all([...this.#shares.keys()].map((id) => this.#revoke(id)));
  }

  async #revoke(id: string): Promise<void> {
    const { signals, logger } = this.#options;
    try {
      await signals.revoke(id, { signal: AbortSignal.timeout(REVOKE_PATIENCE_MS) });
    } catch (error) {
      logger.debug("a link that has ended could not be taken back at the relay", { shareId: id, error });
    }
  }
}
