import type { SignalSide } from "@rangecast/signal";
import type { RelayCore } from "../core.ts";
import { END_EVENT } from "../events/event-stream.ts";
import { keys } from "../store/keys.ts";
import { RETRY_LATER_MS } from "../limits.ts";
import { RelayError } from "../http/relay-error.ts";
import type { SessionRecord } from "./session-record.ts";
import type { EndReason } from "./session-state.ts";
import type { LogTerms } from "../store/store.ts";

/** The tag of what the relay itself says in a session: no side's, so both read it. */
const RELAY_TAG = "relay";
const UNCAPPED = { maxEvents: Number.POSITIVE_INFINITY, maxBytes: Number.POSITIVE_INFINITY } as const;

/** A message as it was posted. */
export interface PostedSignal {
  readonly type: string;
  readonly payload: string;
}

/** Writes what is said in sessions into their logs and their daemons'. */
export class SessionLog {
  readonly #core: RelayCore;

  constructor(core: RelayCore) {
    this.#core = core;
  }

  /** The daemon hears of a new session, and its offer. @throws {RelayError} `over-cap` */
  async offer(sessionId: string, session: SessionRecord, payload: string): Promise<void> {
    const { shareId, agentToken } = session;
    // A log outlives its session's record by a moment: none of another session of this id may stand in the new one's.
    await this.#core.store.delete(keys.sessionLog(sessionId));
    await this.#toSession(sessionId, "browser", { type: "offer", payload });
    await this.#toDaemon(session, sessionId, "session", { shareId, sessionId, token: agentToken, offer: payload });
  }

  /** One side's message, for the other. A `bye` is heard even where the caps are reached. @throws {RelayError} `over-cap` */
  async message(sessionId: string, session: SessionRecord, from: SignalSide, message: PostedSignal): Promise<void> {
    const ts = await this.#toSession(sessionId, from, message);
    if (from === "browser") {
      const { type, payload } = message;
      await this.#toDaemon(session, sessionId, "signal", { shareId: session.shareId, sessionId, from, type, payload, ts }, type === "bye");
    }
  }

  /** The last thing that both sides hear. */
  async end(sessionId: string, session: SessionRecord, reason: EndReason): Promise<void> {
    const event = { event: END_EVENT, data: JSON.stringify({ reason }), tag: RELAY_TAG };
    await this.#core.store.append(keys.sessionLog(sessionId), event, { ...UNCAPPED, ttlMs: this.#core.limits.lingerMs });
    await this.endForDaemon(sessionId, session, reason);
  }

  /** The same for the daemon alone: of an expired session nobody else reads. */
  async endForDaemon(sessionId: string, session: SessionRecord, reason: EndReason): Promise<void> {
    await this.#toDaemon(session, sessionId, END_EVENT, { shareId: session.shareId, sessionId, reason }, true);
  }

  /** Takes what was said in a session out of its daemon's log. */
  async forget(sessionId: string, { daemonId }: SessionRecord): Promise<void> {
    await this.#core.store.removeTagged(keys.daemonLog(daemonId), sessionId);
  }

  async #toSession(sessionId: string, from: SignalSide, { type, payload }: PostedSignal): Promise<number> {
    const { store, clock, limits } = this.#core;
    const ts = Math.trunc(clock.now());
    const event = { event: "signal", data: JSON.stringify({ from, type, payload, ts }), tag: from };
    const caps = type === "bye" ? UNCAPPED : { maxEvents: limits.sessionMessages, maxBytes: limits.sessionBytes };
    kept(await store.append(keys.sessionLog(sessionId), event, { ...caps, ttlMs: limits.sessionIdleMs }), "the session");
    return ts;
  }

  async #toDaemon({ daemonId }: SessionRecord, sessionId: string, event: string, data: object, uncapped = false): Promise<void> {
    const { store, limits } = this.#core;
    const caps = uncapped ? UNCAPPED : { maxEvents: limits.daemonMessages, maxBytes: limits.daemonBytes };
    const terms: LogTerms = { ...caps, ttlMs: limits.daemonIdleMs };
    kept(await store.append(keys.daemonLog(daemonId), { event, data: JSON.stringify(data), tag: sessionId }, terms), "the daemon");
  }
}

/** @throws {RelayError} `over-cap` */
export function kept(id: number | undefined, whose: string): number {
  if (id === undefined) {
    throw new RelayError("over-cap", `too many messages are kept for ${whose}`, { retryAfterMs: RETRY_LATER_MS });
  }
  return id;
}
