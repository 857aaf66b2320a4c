import { toBase64url } from "@rangecast/signal";
import { type Slot, renewSlots, slotsOf, takeSlots } from "../store/caps.ts";
import type { RelayCore } from "../core.ts";
import type { RelayLimits } from "../limits.ts";
import { keys } from "../store/keys.ts";
import { createToken, isRandomId, sameText, sha256 } from "./tokens.ts";

/** Length of a daemon's id, bytes of a hash. */
const DAEMON_ID_BYTES = 16;

/** `open`: the daemon's stream is open or expected; `away`: the daemon closed its stream within the grace period, and may return. */
export type Presence = "open" | "away";

/** The registered daemons. A daemon is one run of a program: a public key and an epoch. Several runs with one key can be active at once (L-14). */
export class Daemons {
  readonly #core: RelayCore;

  constructor(core: RelayCore) {
    this.#core = core;
  }

  /**
   * Adds a daemon, or renews it. It counts as online for the grace period, since its stream will follow.
   * @param address the client's bucket
   * @returns its id and token, the same for all registrations of this run
   * @throws {RelayError} `busy`, `full`
   */
  async admit(publicKey: string, epoch: string, address: string): Promise<{ daemonId: string; token: string }> {
    const { store, limits } = this.#core;
    const daemonId = await daemonIdOf(publicKey, epoch);
    if (!(await this.#renew(daemonId))) {
      await takeSlots(store, this.#slots(daemonId, address));
      await store.create(keys.daemon(daemonId), createToken(), limits.daemonIdleMs);
    }
    await store.create(keys.daemonOnline(daemonId), "open" satisfies Presence, limits.daemonGraceMs);
    const secret = await store.get(keys.daemon(daemonId));
    return { daemonId, token: `${daemonId}.${secret ?? ""}` };
  }

  /** The id of the daemon that a token belongs to. */
  async byToken(token: string): Promise<string | undefined> {
    const [daemonId = "", secret = ""] = token.split(".");
    const known = isRandomId(daemonId) ? await this.#core.store.get(keys.daemon(daemonId)) : undefined;
    return known !== undefined && sameText(secret, known) ? daemonId : undefined;
  }

  /** @returns undefined if the daemon is not online */
  async presence(daemonId: string): Promise<Presence | undefined> {
    const text = await this.#core.store.get(keys.daemonOnline(daemonId));
    return text === undefined ? undefined : text === ("away" satisfies Presence) ? "away" : "open";
  }

  /** Call it when the daemon has opened its stream: extends the lifetime of its shares. */
  async arrived(daemonId: string, address: string): Promise<void> {
    const { store, limits } = this.#core;
    await this.beat(daemonId);
    await renewSlots(store, this.#slots(daemonId, address));
    for (const shareId of await store.members(keys.daemonShares(daemonId))) {
      await store.touch(keys.share(shareId), limits.shareIdleMs);
      await renewSlots(store, shareSlots(shareId, daemonId, limits.shareIdleMs, limits));
    }
  }

  /** Call it while the daemon's stream is open. @returns whether the daemon is still registered */
  async beat(daemonId: string): Promise<boolean> {
    const { store, limits } = this.#core;
    await store.put(keys.daemonOnline(daemonId), "open" satisfies Presence, limits.heartbeatMs + limits.daemonGraceMs);
    return this.#renew(daemonId);
  }

  /** Call it when the daemon's stream is over; another one may follow. */
  async left(daemonId: string, presence: Presence): Promise<void> {
    const { store, limits } = this.#core;
    await store.put(keys.daemonOnline(daemonId), presence, limits.daemonGraceMs);
  }

  async #renew(daemonId: string): Promise<boolean> {
    const { store, limits } = this.#core;
    await store.touch(keys.daemonLog(daemonId), limits.daemonIdleMs);
    return store.touch(keys.daemon(daemonId), limits.daemonIdleMs);
  }

  #slots(daemonId: string, address: string): Slot[] {
    const { limits } = this.#core;
    return slotsOf(daemonId, limits.daemonIdleMs, [
      [keys.addressDaemons(address), limits.daemonsPerAddress, "daemons of this address"],
      [keys.allDaemons, limits.daemons, "daemons"],
    ]);
  }
}

/** The slots of a share of this daemon. */
export function shareSlots(shareId: string, daemonId: string, ttlMs: number, limits: RelayLimits): Slot[] {
  return slotsOf(shareId, ttlMs, [
    [keys.daemonShares(daemonId), limits.sharesPerDaemon, "shares of this daemon"],
    [keys.allShares, limits.shares, "shares"],
  ]);
}

async function daemonIdOf(publicKey: string, epoch: string): Promise<string> {
  return toBase64url((await sha256(`${publicKey} ${epoch}`)).subarray(0, DAEMON_ID_BYTES));
}
