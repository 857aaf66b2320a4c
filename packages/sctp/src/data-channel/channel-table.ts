import type { ChannelCore } from "./channel-core.ts";
import { MAX_CHANNEL_ID } from "./channel-options.ts";

/** Which ids a side gives to its channels: even ones as the DTLS client, odd ones as the server (RFC 8832, 6). */
export type ChannelRole = "client" | "server";

/** The channels of an association, by id. A channel is here until both its directions are reset. */
export class ChannelTable {
  readonly #byId = new Map<number, ChannelCore>();
  /** Channels of this side without an id. */
  readonly #unnamed = new Set<ChannelCore>();
  #nextId = 0;
  #peerChannels = 0;
  #peerNameBytes = 0;
  #refused = 0;

  /** Channels that the peer opened and that were accepted. */
  get peerChannels(): number {
    return this.#peerChannels;
  }

  /** Bytes of their names. */
  get peerNameBytes(): number {
    return this.#peerNameBytes;
  }

  /** Channels that the peer opened and that were refused, and are not closed yet. */
  get refused(): number {
    return this.#refused;
  }

  get(id: number): ChannelCore | undefined {
    return this.#byId.get(id);
  }

  /** All of them, also those without an id. */
  all(): ChannelCore[] {
    return [...this.#byId.values(), ...this.#unnamed];
  }

  /** The ids in use. */
  ids(): number[] {
    return [...this.#byId.keys()];
  }

  add(core: ChannelCore): void {
    if (core.id === undefined) this.#unnamed.add(core);
    else this.#byId.set(core.id, core);
    this.#count(core, 1);
  }

  delete(core: ChannelCore): void {
    const known = core.id === undefined ? this.#unnamed.delete(core) : this.#byId.get(core.id) === core && this.#byId.delete(core.id);
    if (known) this.#count(core, -1);
  }

  /**
   * The next free id of a role. Ids go round, so that one is used again as late as possible: the peer may not yet have heard that it is free.
   * @param streams ids below this exist @returns undefined if all are in use
   */
  freeId(role: ChannelRole, streams: number): number | undefined {
    const parity = role === "client" ? 0 : 1;
    const end = Math.min(streams, MAX_CHANNEL_ID + 1);
    const count = Math.max(0, Math.ceil((end - parity) / 2));
    for (let tried = 0; tried < count; tried += 1) {
      const id = parity + 2 * ((this.#nextId + tried) % count);
      if (this.#byId.has(id)) continue;
      this.#nextId = (this.#nextId + tried + 1) % count;
      return id;
    }
    return undefined;
  }

  #count(core: ChannelCore, change: 1 | -1): void {
    if (core.origin === "refused") this.#refused += change;
    else if (core.origin === "peer") this.#peerChannels += change;
    this.#peerNameBytes += change * core.peerNameBytes;
  }
}
