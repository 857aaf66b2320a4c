import { joinHash, type Registration, REGISTRATION_TOLERANCE_MS, RegistrationError, verifyRegistration } from "@rangecast/signal";
import { takePlaces, takeTurn } from "./caps.ts";
import type { RelayCore } from "./core.ts";
import type { Daemons } from "./daemons.ts";
import { keys } from "./keys.ts";
import { RATE_WINDOW_MS, SHARE_UNSEEN_MS } from "./limits.ts";
import { isRandomId } from "./random-id.ts";
import { RelayError } from "./relay-error.ts";
import type { Sessions } from "./sessions.ts";
import { sameText } from "./tokens.ts";

/** A registration is remembered as long as it could be taken again, and a little: its time may lie as far ahead of our clock as behind. Milliseconds. */
const TAKEN_TTL_MS = 2 * REGISTRATION_TOLERANCE_MS + 1000;
/** What a join token is compared with where there is no share: no token has it, since no SHA-256 in base64url is of this form. */
const NO_HASH = "-".repeat(43);

/** A share as the store keeps it. */
interface ShareRecord {
  readonly joinHash: string;
  readonly epoch: string;
  readonly daemonId: string;
}

export interface Share extends ShareRecord {
  readonly shareId: string;
}

/** The shares that the relay knows (protocol 3.1, points 1 and 2). */
export class Shares {
  readonly #core: RelayCore;
  readonly #daemons: Daemons;
  readonly #sessions: Sessions;

  constructor(core: RelayCore, daemons: Daemons, sessions: Sessions) {
    this.#core = core;
    this.#daemons = daemons;
    this.#sessions = sessions;
  }

  /**
   * Takes a registration.
   * @param origins under which this relay is known
   * @param address the client's bucket
   * @throws {RelayError} why not
   */
  async register(body: unknown, origins: readonly string[], address: string): Promise<{ shareId: string; token: string }> {
    const { store, clock, limits } = this.#core;
    await takeTurn(
      store,
      keys.addressRegistrations(address),
      limits.registrationsPerAddress,
      RATE_WINDOW_MS,
      "registrations from this address",
    );
    const { shareId, registration } = await verifyRegistration(body, { origins, now: clock.now() }).catch(refuse);
    await this.#takeOnce(shareId, registration);
    const { daemonId, token } = await this.#daemons.admit(registration.publicKey, registration.epoch, address);
    const before = await this.#find(shareId);
    // Registered again by a daemon whose stream is open, it must not live shorter than it would have.
    const ttlMs = before?.daemonId === daemonId ? limits.shareIdleMs : SHARE_UNSEEN_MS;
    await takePlaces(store, [
      { key: keys.daemonShares(daemonId), member: shareId, terms: { limit: limits.sharesPerDaemon, ttlMs }, what: "shares of this daemon" },
      { key: keys.allShares, member: shareId, terms: { limit: limits.shares, ttlMs }, what: "shares" },
    ]);
    const record: ShareRecord = { joinHash: registration.joinHash, epoch: registration.epoch, daemonId };
    await store.put(keys.share(shareId), JSON.stringify(record), ttlMs);
    if (before !== undefined && before.daemonId !== daemonId) {
      await store.release(keys.daemonShares(before.daemonId), shareId);
      await this.#sessions.endAllOf(shareId, "restarted");
    }
    return { shareId, token };
  }

  /**
   * The share that a join token opens. A token that doesn't fit and an id that doesn't exist take the same way to the same answer.
   * @throws {RelayError} `not-found`
   */
  async join(shareId: string, joinToken: string | undefined): Promise<Share> {
    const share = await this.#find(shareId);
    const hash = await joinHash(joinToken ?? "");
    const fits = sameText(hash, share?.joinHash ?? NO_HASH);
    if (share === undefined || !fits) {
      throw new RelayError("not-found", "there is no such share, or the link is not complete");
    }
    return share;
  }

  /** Takes a share back; its sessions end. @throws {RelayError} `not-found` where it isn't this daemon's */
  async revoke(shareId: string, daemonId: string): Promise<void> {
    const { store } = this.#core;
    if ((await this.#find(shareId))?.daemonId !== daemonId) {
      throw new RelayError("not-found", "this daemon has no such share");
    }
    await store.delete(keys.share(shareId));
    await store.release(keys.daemonShares(daemonId), shareId);
    await store.release(keys.allShares, shareId);
    await this.#sessions.endAllOf(shareId, "revoked");
  }

  async #find(shareId: string): Promise<Share | undefined> {
    const text = isRandomId(shareId) ? await this.#core.store.get(keys.share(shareId)) : undefined;
    return text === undefined ? undefined : { shareId, ...(JSON.parse(text) as ShareRecord) };
  }

  /** Each registration is taken once: who overheard one can't have the daemon's token for it. (By what it says: a signature can be written in two ways.) */
  async #takeOnce(shareId: string, { epoch, time }: Registration): Promise<void> {
    if (!(await this.#core.store.create(keys.shareTaken(shareId, epoch, time), "", TAKEN_TTL_MS))) {
      throw new RelayError("replayed", "this registration was taken before: sign a new one");
    }
  }
}

function refuse(error: unknown): never {
  throw error instanceof RegistrationError ? new RelayError(error.reason, error.message, { cause: error }) : error;
}
