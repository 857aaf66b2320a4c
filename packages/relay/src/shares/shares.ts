import { joinHash, type Registration, REGISTRATION_TOLERANCE_MS, RegistrationError, verifyRegistration } from "@rangecast/signal";
import { takeSlots, limitRate } from "../store/caps.ts";
import type { RelayCore } from "../core.ts";
import { type Daemons, type Presence, shareSlots } from "./daemons.ts";
import { keys } from "../store/keys.ts";
import { RATE_WINDOW_MS, RETRY_LATER_MS, SHARE_UNSEEN_MS } from "../limits.ts";
import { RelayError } from "../http/relay-error.ts";
import type { Sessions } from "../sessions/sessions.ts";
import { isRandomId, sameText } from "./tokens.ts";

/** How long a registration is remembered against replay, milliseconds: as long as its time can be valid, which may be ahead of or behind our clock. */
const TAKEN_TTL_MS = 2 * REGISTRATION_TOLERANCE_MS + 1000;
/** Compared with a join token if there is no share. No SHA-256 in base64url has this form, so no token matches. */
const NO_HASH = "-".repeat(43);

/** Most daemons of one share: programs of one user that share the same file at the same time (L-14). */
const DAEMONS_PER_SHARE = 16;
/** Lifetime of a share's record without daemons, milliseconds. Such a share counts as not found. */
const EMPTY_TTL_MS = 1000;

/** A daemon that registered the share. */
interface Holder {
  readonly daemonId: string;
  readonly epoch: string;
  readonly joinHash: string;
}

/** A share in the store: its daemons, the newest registration first. */
type ShareRecord = readonly Holder[];

/** A share, and the daemon to which viewers are sent. */
export interface Share {
  readonly shareId: string;
  readonly daemonId: string;
  readonly epoch: string;
  readonly online: boolean;
}

/** The registered shares (L-1, L-2, L-14). */
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
   * Registers a share.
   * @param origins this relay's origins
   * @param address the client's bucket
   * @throws {RelayError} the reason why it is refused
   */
  async register(body: unknown, origins: readonly string[], address: string): Promise<{ shareId: string; token: string }> {
    const { store, clock, limits } = this.#core;
    const attempts = keys.addressRegistrations(address);
    await limitRate(store, attempts, limits.registrationsPerAddress, RATE_WINDOW_MS, "registrations from this address");
    const { shareId, registration } = await verifyRegistration(body, { origins, now: clock.now() }).catch(refuse);
    await this.#takeOnce(shareId, registration);
    const { daemonId, token } = await this.#daemons.admit(registration.publicKey, registration.epoch, address);
    const before = await this.#holders(shareId);
    const others = before.filter((holder) => holder.daemonId !== daemonId);
    const presences = new Map<string, Presence | undefined>();
    for (const other of others) {
      presences.set(other.daemonId, await this.#daemons.presence(other.daemonId));
    }
    const wasThere = others.length < before.length;
    // Registering again must not shorten the share's lifetime.
    const ttlMs = wasThere ? limits.shareIdleMs : SHARE_UNSEEN_MS;
    const holder: Holder = { daemonId, epoch: registration.epoch, joinHash: registration.joinHash };
    await this.#change(shareId, ttlMs, (now) => joined(now, holder, (id) => presences.has(id) && presences.get(id) === undefined));
    try {
      await takeSlots(store, shareSlots(shareId, daemonId, ttlMs, limits));
    } catch (error) {
      if (!wasThere) {
        await this.#change(shareId, ttlMs, (now) => without(now, daemonId));
      }
      throw error;
    }
    // A daemon that was removed here keeps the share in its own list, so that it gets 401 when it opens its next stream (L-15).
    for (const [id, presence] of presences) {
      // Probably the same program, started again. Its old sessions are lost, and their viewers should not wait for an answer.
      if (presence !== "open") {
        await this.#sessions.endAllOf({ shareId, daemonId: id }, "restarted");
      }
    }
    return { shareId, token };
  }

  /**
   * The share that a join token opens, with the newest of its daemons whose stream is open; otherwise with one that is away, otherwise with any.
   * A wrong token and an unknown id take the same path to the same error (L-2).
   * @throws {RelayError} `not-found`
   */
  async join(shareId: string, joinToken: string | undefined): Promise<Share> {
    const holders = await this.#holders(shareId);
    const hash = await joinHash(joinToken ?? "");
    const known = holders.length === 0 ? [{ joinHash: NO_HASH }] : holders;
    // Compares all of them in constant time, so that the time reveals nothing of the hash.
    const fits = known.filter((holder): holder is Holder => sameText(hash, holder.joinHash) && "daemonId" in holder);
    const [first] = fits;
    if (first === undefined) {
      throw new RelayError("not-found", "there is no such share, or the link is incomplete");
    }
    let away: Holder | undefined;
    for (const holder of fits) {
      const presence = await this.#daemons.presence(holder.daemonId);
      if (presence === "open") {
        return shareOf(shareId, holder, true);
      }
      if (presence === "away") {
        away ??= holder;
      }
    }
    return shareOf(shareId, away ?? first, away !== undefined);
  }

  /** Revokes a share for one daemon, and ends its sessions with that daemon. Other daemons keep the share. @throws {RelayError} `not-found` if it isn't this daemon's */
  async revoke(shareId: string, daemonId: string): Promise<void> {
    const { store, limits } = this.#core;
    const before = await this.#holders(shareId);
    if (without(before, daemonId).length === before.length) {
      throw new RelayError("not-found", "this daemon has no such share");
    }
    await store.release(keys.daemonShares(daemonId), shareId);
    const left = await this.#change(shareId, limits.shareIdleMs, (now) => without(now, daemonId));
    if (left.length === 0) {
      await store.release(keys.allShares, shareId);
    }
    await this.#sessions.endAllOf({ shareId, daemonId }, "revoked");
  }

  /** Whether the relay still has all shares of this daemon: the store may have lost one, or another daemon came while this one was away (L-15). */
  async keptAllOf(daemonId: string): Promise<boolean> {
    for (const shareId of await this.#core.store.members(keys.daemonShares(daemonId))) {
      const holders = await this.#holders(shareId);
      if (!holders.some((holder) => holder.daemonId === daemonId)) {
        return false;
      }
    }
    return true;
  }

  async #holders(shareId: string): Promise<ShareRecord> {
    return parse(isRandomId(shareId) ? await this.#core.store.get(keys.share(shareId)) : undefined);
  }

  /** Changes a share's daemons. Retries if another request was faster. @returns the new list */
  async #change(shareId: string, ttlMs: number, change: (holders: ShareRecord) => ShareRecord): Promise<ShareRecord> {
    const { store } = this.#core;
    const key = keys.share(shareId);
    for (;;) {
      const text = await store.get(key);
      const next = change(parse(text));
      const nextText = JSON.stringify(next);
      const lifeMs = next.length === 0 ? EMPTY_TTL_MS : ttlMs;
      const done = text === undefined ? await store.create(key, nextText, lifeMs) : await store.replace(key, text, nextText, lifeMs);
      if (done) {
        return next;
      }
    }
  }

  /** Accepts each registration once, so that a replay does not give the daemon's token. Checks the signed fields, since ECDSA signatures are malleable. */
  async #takeOnce(shareId: string, { epoch, time }: Registration): Promise<void> {
    if (!(await this.#core.store.create(keys.shareTaken(shareId, epoch, time), "", TAKEN_TTL_MS))) {
      throw new RelayError("replayed", "this registration was used before: sign a new one");
    }
  }
}

/** The holders with a new or renewed one at the front. @throws {RelayError} `busy` */
function joined(holders: ShareRecord, holder: Holder, isGone: (daemonId: string) => boolean): ShareRecord {
  const others = without(holders, holder.daemonId).filter(({ daemonId }) => !isGone(daemonId));
  if (others.length >= DAEMONS_PER_SHARE) {
    throw new RelayError("busy", "too many daemons have this share", { retryAfterMs: RETRY_LATER_MS });
  }
  return [holder, ...others];
}

function without(holders: ShareRecord, daemonId: string): ShareRecord {
  return holders.filter((holder) => holder.daemonId !== daemonId);
}

function parse(text: string | undefined): ShareRecord {
  return text === undefined ? [] : (JSON.parse(text) as ShareRecord);
}

function shareOf(shareId: string, { daemonId, epoch }: Holder, online: boolean): Share {
  return { shareId, daemonId, epoch, online };
}

function refuse(error: unknown): never {
  throw error instanceof RegistrationError ? new RelayError(error.reason, error.message, { cause: error }) : error;
}
