/*
 * Which side of a plain session a reader is on. The base protocol's reader doesn't say: both sides read at the same address, often with the same key, and the
 * agents that we know take their own candidates for the browser's when they get them back. So the side is learnt from what is posted
 * (docs/decisions/0006-sides-of-plain-sessions.md). Whatever is doubtful is given: a message too many does less harm than one too few.
 */
import type { SignalSide } from "@rangecast/signal";
import type { RelayCore } from "../core.ts";
import { keys } from "../store/keys.ts";
import { base64url, sha256 } from "../shares/tokens.ts";

/** Callers of one session that are remembered: two, and some whose address changes. */
const MAX_CALLERS = 16;
/** Characters of a caller's hash: 96 bits. */
const CALLER_LENGTH = 16;
/**
 * How long what a browser posted is kept from the newer of two readers that can't be told apart, milliseconds: an agent that reads answers an offer sooner, and
 * the answer says which of the two it is.
 */
export const HOLD_MS = 500;

/** Who calls, as far as a request tells: the key, the address and the program. */
export interface Caller {
  readonly key: string;
  readonly address: string;
  readonly userAgent: string;
}

/** What a reader gets of an event: it, not it, or perhaps later. */
export type Verdict = "give" | "skip" | "hold";

/** A text that stands for a caller and tells nothing of it. */
export async function callerId({ key, address, userAgent }: Caller): Promise<string> {
  return base64url(await sha256(JSON.stringify([key, address, userAgent]))).slice(0, CALLER_LENGTH);
}

/** The sides of one plain session. */
export class PlainSides {
  readonly #core: RelayCore;
  readonly #sessionId: string;

  constructor(core: RelayCore, sessionId: string) {
    this.#core = core;
    this.#sessionId = sessionId;
  }

  /** To be called before what a caller posts is in the log. */
  async posted(from: SignalSide, caller: string): Promise<void> {
    const { store } = this.#core;
    const key = keys.plainPosted(this.#sessionId, caller);
    const before = await store.get(key);
    await this.#note(caller);
    await store.put(key, before === undefined || before === from ? from : "both", this.#ttlMs);
    if (before !== "browser" || from !== "agent") return;
    // Both sides are on one machine. The first answer comes from a reader that had the offer: where only one had it, that is the agent.
    const [reader, ...others] = await store.members(keys.plainOffered(this.#sessionId, caller));
    if (reader !== undefined && others.length === 0) await store.put(keys.plainAgentReader(this.#sessionId, caller), reader, this.#ttlMs);
  }

  /** A reader of this caller is there. */
  async open(caller: string): Promise<PlainReader> {
    const { store, limits } = this.#core;
    await this.#note(caller);
    const id = String(await store.increment(keys.plainReaderCount(this.#sessionId), this.#ttlMs));
    const open = keys.plainReaders(this.#sessionId, caller);
    const agentKey = keys.plainAgentReader(this.#sessionId, caller);
    const agent = await store.get(agentKey);
    const others = await store.members(open);
    // The agent's stream has ended and the browser's has not: this is the agent's next one.
    if (agent !== undefined && others.length > 0 && !others.includes(agent)) await store.put(agentKey, id, this.#ttlMs);
    await store.claim(open, id, { limit: limits.plainReaders, ttlMs: 2 * limits.streamMs });
    return new PlainReader(this.#core, this.#sessionId, caller, id);
  }

  async #note(caller: string): Promise<void> {
    await this.#core.store.claim(keys.plainCallers(this.#sessionId), caller, { limit: MAX_CALLERS, ttlMs: this.#ttlMs });
  }

  get #ttlMs(): number {
    return this.#core.limits.sessionIdleMs;
  }
}

/** One event stream of a plain session. */
export class PlainReader {
  readonly #core: RelayCore;
  readonly #sessionId: string;
  readonly #caller: string;
  readonly #id: string;

  constructor(core: RelayCore, sessionId: string, caller: string, id: string) {
    this.#core = core;
    this.#sessionId = sessionId;
    this.#caller = caller;
    this.#id = id;
  }

  /** @param from whose message it is @param ageMs how long ago it was posted */
  async verdict(from: SignalSide, ageMs: number): Promise<Verdict> {
    const posted = await this.#core.store.get(keys.plainPosted(this.#sessionId, this.#caller));
    if (posted === "both") return this.#ofOneMachine(from);
    if (posted !== from) return this.#give(from);
    // An agent says nothing before it has read the offer: who shares its caller and is no agent has posted by then.
    if (from === "agent") return "skip";
    // The browser's own, if the agent is somebody else. As long as nobody else was seen, the agent may be on the same machine and still silent.
    const { store } = this.#core;
    const callers = await store.members(keys.plainCallers(this.#sessionId));
    if (callers.some((caller) => caller !== this.#caller)) return "skip";
    const readers = await store.members(keys.plainReaders(this.#sessionId, this.#caller));
    const oldest = Math.min(...readers.map(Number));
    return Number(this.#id) > oldest && ageMs < HOLD_MS ? "hold" : this.#give(from);
  }

  /** The stream is over. */
  async close(): Promise<void> {
    await this.#core.store.release(keys.plainReaders(this.#sessionId, this.#caller), this.#id);
  }

  async #ofOneMachine(from: SignalSide): Promise<Verdict> {
    const { store } = this.#core;
    const agent = await store.get(keys.plainAgentReader(this.#sessionId, this.#caller));
    if (agent === undefined) return "give";
    if (agent === this.#id) return from === "agent" ? "skip" : "give";
    // Another reader beside the agent's is the browser's. Without the agent's nobody knows.
    const readers = await store.members(keys.plainReaders(this.#sessionId, this.#caller));
    return readers.includes(agent) && from === "browser" ? "skip" : "give";
  }

  async #give(from: SignalSide): Promise<Verdict> {
    if (from === "browser") {
      const { store, limits } = this.#core;
      const terms = { limit: limits.plainReaders, ttlMs: limits.sessionIdleMs };
      await store.claim(keys.plainOffered(this.#sessionId, this.#caller), this.#id, terms);
    }
    return "give";
  }
}
