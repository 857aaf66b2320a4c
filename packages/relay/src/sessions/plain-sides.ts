/*
 * Which side of a plain session a reader is on (S-7). A reader of the base protocol doesn't tell: both sides read the same URL, often with the same key, and
 * known agents treat their own candidates as the browser's when they get them back. So the side is inferred from posts
 * (docs/decisions/0006-sides-of-plain-sessions.md). In doubt a message is delivered: one too many does less harm than a missing one.
 */
import { type SignalSide, toBase64url } from "@rangecast/signal";
import type { RelayCore } from "../core.ts";
import { keys } from "../store/keys.ts";
import { sha256 } from "../shares/tokens.ts";

/** Callers that are remembered for one session: two, and some more if addresses change. */
const MAX_CALLERS = 16;
/** Characters of a caller's hash: 96 bits. */
const CALLER_LENGTH = 16;
/**
 * How long a browser's message is held back from the newer of two readers that can't be distinguished, milliseconds. A connected agent answers an offer sooner,
 * and its answer shows which of the two it is.
 */
export const HOLD_MS = 500;

/** What a request tells of its client: key, address and program. */
export interface Caller {
  readonly key: string;
  readonly address: string;
  readonly userAgent: string;
}

/** Whether a reader gets an event: yes, no, or undecided as yet. */
export type Verdict = "give" | "skip" | "hold";

/** An id for a caller that reveals nothing of it. */
export async function callerId({ key, address, userAgent }: Caller): Promise<string> {
  return toBase64url(await sha256(JSON.stringify([key, address, userAgent]))).slice(0, CALLER_LENGTH);
}

/** The sides of one plain session. */
export class PlainSides {
  readonly #core: RelayCore;
  readonly #sessionId: string;

  constructor(core: RelayCore, sessionId: string) {
    this.#core = core;
    this.#sessionId = sessionId;
  }

  /** Records a post. Call it before the message is appended to the log. */
  async posted(from: SignalSide, caller: string): Promise<void> {
    const { store } = this.#core;
    const key = keys.plainPosted(this.#sessionId, caller);
    const before = await store.get(key);
    await this.#note(caller);
    await store.put(key, before === undefined || before === from ? from : "both", this.#ttlMs);
    if (before !== "browser" || from !== "agent") return;
    // Both sides have the same caller. The first answer comes from a reader that had the offer: if only one had it, that is the agent's.
    const [reader, ...others] = await store.members(keys.plainOffered(this.#sessionId, caller));
    if (reader !== undefined && others.length === 0) await store.put(keys.plainAgentReader(this.#sessionId, caller), reader, this.#ttlMs);
  }

  /** Adds a reader of this caller. */
  async open(caller: string): Promise<PlainReader> {
    const { store, limits } = this.#core;
    await this.#note(caller);
    const id = String(await store.increment(keys.plainReaderCount(this.#sessionId), this.#ttlMs));
    const open = keys.plainReaders(this.#sessionId, caller);
    const agentKey = keys.plainAgentReader(this.#sessionId, caller);
    const agent = await store.get(agentKey);
    const others = await store.members(open);
    // The agent's stream has ended and the browser's is open: this is the agent's next stream.
    if (agent !== undefined && others.length > 0 && !others.includes(agent)) await store.put(agentKey, id, this.#ttlMs);
    await store.claim([{ key: open, member: id, limit: limits.plainReaders, ttlMs: 2 * limits.streamMs }]);
    return new PlainReader(this.#core, this.#sessionId, caller, id);
  }

  async #note(caller: string): Promise<void> {
    await this.#core.store.claim([{ key: keys.plainCallers(this.#sessionId), member: caller, limit: MAX_CALLERS, ttlMs: this.#ttlMs }]);
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
    if (posted === "both") return this.#ofSharedCaller(from);
    if (posted !== from) return this.#give(from);
    // An agent posts only after it has read the offer. A browser with the same caller has posted by then.
    if (from === "agent") return "skip";
    // This is the browser's own message, if another caller is the agent. Until one was seen, the agent may have the same caller and not have posted yet.
    const { store } = this.#core;
    const callers = await store.members(keys.plainCallers(this.#sessionId));
    if (callers.some((caller) => caller !== this.#caller)) return "skip";
    const readers = await store.members(keys.plainReaders(this.#sessionId, this.#caller));
    const oldest = Math.min(...readers.map(Number));
    return Number(this.#id) > oldest && ageMs < HOLD_MS ? "hold" : this.#give(from);
  }

  /** Call it when the stream is over. */
  async close(): Promise<void> {
    await this.#core.store.release(keys.plainReaders(this.#sessionId, this.#caller), this.#id);
  }

  /** The verdict if both sides have the same caller. */
  async #ofSharedCaller(from: SignalSide): Promise<Verdict> {
    const { store } = this.#core;
    const agent = await store.get(keys.plainAgentReader(this.#sessionId, this.#caller));
    if (agent === undefined) return "give";
    if (agent === this.#id) return from === "agent" ? "skip" : "give";
    // While the agent's reader is open, another one is the browser's. Otherwise it is unknown.
    const readers = await store.members(keys.plainReaders(this.#sessionId, this.#caller));
    return readers.includes(agent) && from === "browser" ? "skip" : "give";
  }

  async #give(from: SignalSide): Promise<Verdict> {
    if (from === "browser") {
      const { store, limits } = this.#core;
      const terms = { limit: limits.plainReaders, ttlMs: limits.sessionIdleMs };
      await store.claim([{ key: keys.plainOffered(this.#sessionId, this.#caller), member: this.#id, ...terms }]);
    }
    return "give";
  }
}
