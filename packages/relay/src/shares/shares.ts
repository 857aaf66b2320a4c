import { joinHash, type Registration, REGISTRATION_TOLERANCE_MS, RegistrationError, verifyRegistration } from "@rangecast/signal";
import { takePlaces, takeTurn } from "../store/caps.ts";
import type { RelayCore } from "../core.ts";
import type { Daemons, Presence } from "./daemons.ts";
import { keys } from "../store/keys.ts";
import { RATE_WINDOW_MS, RETRY_LATER_MS, SHARE_UNSEEN_MS } from "../limits.ts";
import { isRandomId } from "./random-id.ts";
import { RelayError } from "../http/relay-error.ts";
import type { Sessions } from "../sessions/sessions.ts";
import { sameText } from "./tokens.ts";

/** A registration is remembered as long as it could be taken again, and a little: its time may lie as far ahead of our clock as behind. Milliseconds. */
const TAKEN_TTL_MS = 2 * REGISTRATION_TOLERANCE_MS + 1000;
/** What a join token is compared with where there is no share: no token has it, since no SHA-256 in base64url is of this form. */
const NO_HASH = "-".repeat(43);

/** Most daemons of one share: programs of one user that share the same file at the same time. */
const DAEMONS_PER_SHARE = 16;
/** How long a share that no daemon has is still kept, milliseconds: it is not found from the start. */
const EMPTY_TTL_MS = 1000;

/** A daemon that has the share: each registration is of one daemon, and takes nothing from the others. */
interface Holder {
  readonly daemonId: string;
  readonly epoch: string;
  readonly joinHash: string;
}

/** A share as the store keeps it: who has it, the newest registration first. */
type ShareRecord = readonly Holder[];

/** A share, and the one of its daemons that viewers are sent to. */
export interface Share {
  readonly shareId: string;
  readonly daemonId: string;
  readonly epoch: string;
  readonly online: boolean;
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
    const before = await this.#holders(shareId);
    const others = before.filter((holder) => holder.daemonId !== daemonId);
    const presences = new Map<string, Presence | undefined>();
    for (const other of others) {
      presences.set(other.daemonId, await this.#daemons.presence(other.daemonId));
    }
    const wasThere = others.length < before.length;
    // Registered again by a daemon whose stream is open, it must not live shorter than it would have.
    const ttlMs = wasThere ? limits.shareIdleMs : SHARE_UNSEEN_MS;
    const holder: Holder = { daemonId, epoch: registration.epoch, joinHash: registration.joinHash };
    await this.#change(shareId, ttlMs, (now) => joined(now, holder, (id) => presences.has(id) && presences.get(id) === undefined));
    try {
      await takePlaces(store, [
        {
          key: keys.daemonShares(daemonId),
          member: shareId,
          terms: { limit: limits.sharesPerDaemon, ttlMs },
          what: "shares of this daemon",
        },
        { key: keys.allShares, member: shareId, terms: { limit: limits.shares, ttlMs }, what: "shares" },
      ]);
    } catch (error) {
      if (!wasThere) {
        await this.#change(shareId, ttlMs, (now) => without(now, daemonId));
      }
      throw error;
    }
    // A daemon that lost its place here keeps the share in its own list, so that it is told on its next stream.
    for (const [id, presence] of presences) {
      // Most likely the same program, started again. What it has open is lost, and its viewers need not wait for an answer.
      if (presence !== "open") {
        await this.#sessions.endAllOf({ shareId, daemonId: id }, "restarted");
      }
    }
    return { shareId, token };
  }

  /**
   * The share that a join token opens, with the newest of its daemons whose stream is open; else with one that is away, else with any.
   * A token that doesn't fit and an id that doesn't exist take the same way to the same answer.
   * @throws {RelayError} `not-found`
   */
  async join(shareId: string, joinToken: string | undefined): Promise<Share> {
    const holders = await this.#holders(shareId);
    const hash = await joinHash(joinToken ?? "");
    const known = holders.length === 0 ? [{ joinHash: NO_HASH }] : holders;
    // Each is compared: where the hash differs is not to be seen in how long it takes.
    const fits = known.filter((holder): holder is Holder => sameText(hash, holder.joinHash) && "daemonId" in holder);
    const [first] = fits;
    if (first === undefined) {
      throw new RelayError("not-found", "there is no such share, or the link is not complete");
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

  /** Takes a share back for one daemon; its sessions with it end. Others that have the share keep it. @throws {RelayError} `not-found` where it isn't this daemon's */
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

  /** Whether the relay still has each share that this daemon registered: the store may have lost one, or the daemon was away while another came. */
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
    const text = isRandomId(shareId) ? await this.#core.store.get(keys.share(shareId)) : undefined;
    return parse(text);
  }

  /** Changes who has a share. Tries again where another request changed it first. @returns who has it then */
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

  /** Each registration is taken once: who overheard one can't have the daemon's token for it. (By what it says: a signature can be written in two ways.) */
  async #takeOnce(shareId: string, { epoch, time }: Registration): Promise<void> {
    if (!(await this.#core.store.create(keys.shareTaken(shareId, epoch, time), "", TAKEN_TTL_MS))) {
      throw new RelayError("replayed", "this registration was taken before: sign a new one");
    }
  }
}

/** The holders with a new one, or a renewed one, in the first place. @throws {RelayError} `busy` */
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
