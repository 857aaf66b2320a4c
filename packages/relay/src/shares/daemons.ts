import { type Place, takePlaces } from "../store/caps.ts";
import type { RelayCore } from "../core.ts";
import { keys } from "../store/keys.ts";
import { isRandomId } from "./random-id.ts";
import { base64url, createToken, sameText, sha256 } from "./tokens.ts";

/** Bytes of the hash that make a daemon's id. */
const DAEMON_ID_BYTES = 16;

/** `open`: its stream is open, or is expected; `away`: it closed its stream a moment ago, and may come again. */
export type Presence = "open" | "away";

/** The daemons that the relay knows. One is a public key and an epoch: one run of one program; two runs with one key stand side by side. */
export class Daemons {
  readonly #core: RelayCore;

  constructor(core: RelayCore) {
    this.#core = core;
  }

  /**
   * Takes a daemon in, or renews it. It counts as online at once, for the grace: its stream follows.
   * @param address the client's bucket
   * @returns its id and its token, the same for every registration of this run
   * @throws {RelayError} `busy`, `full`
   */
  async admit(publicKey: string, epoch: string, address: string): Promise<{ daemonId: string; token: string }> {
    const { store, limits } = this.#core;
    const daemonId = await daemonIdOf(publicKey, epoch);
    if (!(await this.#renew(daemonId))) {
      await takePlaces(store, this.#places(daemonId, address));
      await store.create(keys.daemon(daemonId), createToken(), limits.daemonIdleMs);
    }
    await store.create(keys.daemonOnline(daemonId), "open" satisfies Presence, limits.daemonGraceMs);
    const secret = await store.get(keys.daemon(daemonId));
    return { daemonId, token: `${daemonId}.${secret ?? ""}` };
  }

  /** The daemon that a token is of. */
  async byToken(token: string): Promise<string | undefined> {
    const [daemonId = "", secret = ""] = token.split(".");
    const known = isRandomId(daemonId) ? await this.#core.store.get(keys.daemon(daemonId)) : undefined;
    return known !== undefined && sameText(secret, known) ? daemonId : undefined;
  }

  /** Undefined: it is not online. */
  async presence(daemonId: string): Promise<Presence | undefined> {
    const text = await this.#core.store.get(keys.daemonOnline(daemonId));
    return text === undefined ? undefined : text === ("away" satisfies Presence) ? "away" : "open";
  }

  /** The daemon opened its stream: its shares are kept long from here. */
  async arrived(daemonId: string, address: string): Promise<void> {
    const { store, limits } = this.#core;
    await this.beat(daemonId);
    for (const { key, member, terms } of this.#places(daemonId, address)) {
      await store.claim(key, member, terms);
    }
    for (const shareId of await store.members(keys.daemonShares(daemonId))) {
      await store.touch(keys.share(shareId), limits.shareIdleMs);
      await store.claim(keys.allShares, shareId, { limit: limits.shares, ttlMs: limits.shareIdleMs });
      await store.claim(keys.daemonShares(daemonId), shareId, { limit: limits.sharesPerDaemon, ttlMs: limits.shareIdleMs });
    }
  }

  /** The daemon's stream is open. @returns whether the relay still knows it */
  async beat(daemonId: string): Promise<boolean> {
    const { store, limits } = this.#core;
    await store.put(keys.daemonOnline(daemonId), "open" satisfies Presence, limits.heartbeatMs + limits.daemonGraceMs);
    return this.#renew(daemonId);
  }

  /** The daemon's stream is over; perhaps the next follows. */
  async left(daemonId: string, presence: Presence): Promise<void> {
    const { store, limits } = this.#core;
    await store.put(keys.daemonOnline(daemonId), presence, limits.daemonGraceMs);
  }

  async #renew(daemonId: string): Promise<boolean> {
    const { store, limits } = this.#core;
    await store.touch(keys.daemonLog(daemonId), limits.daemonIdleMs);
    return store.touch(keys.daemon(daemonId), limits.daemonIdleMs);
  }

  #places(daemonId: string, address: string): Place[] {
    const { limits } = this.#core;
    const ttlMs = limits.daemonIdleMs;
    return [
      {
        key: keys.addressDaemons(address),
        member: daemonId,
        terms: { limit: limits.daemonsPerAddress, ttlMs },
        what: "daemons of this address",
      },
      { key: keys.allDaemons, member: daemonId, terms: { limit: limits.daemons, ttlMs }, what: "daemons" },
    ];
  }
}

async function daemonIdOf(publicKey: string, epoch: string): Promise<string> {
  return base64url((await sha256(`${publicKey} ${epoch}`)).subarray(0, DAEMON_ID_BYTES));
}
