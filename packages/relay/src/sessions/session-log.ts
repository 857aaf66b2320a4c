import type { SignalSide } from "@rangecast/signal";
import type { RelayCore } from "../core.ts";
import { END_EVENT } from "../events/event-stream.ts";
import { keys } from "../store/keys.ts";
import { RETRY_LATER_MS } from "../limits.ts";
import { RelayError } from "../http/relay-error.ts";
import type { LogTerms } from "../store/store.ts";
import type { EndReason, SessionRecord } from "./session-state.ts";

/** The tag of the relay's own events in a session, which both sides read. */
const RELAY_TAG = "relay";
/** For the last events of a session, which must not be lost. */
const UNCAPPED: LogCaps = { maxEvents: Number.POSITIVE_INFINITY, maxBytes: Number.POSITIVE_INFINITY };

type LogCaps = Pick<LogTerms, "maxEvents" | "maxBytes">;

/** A message as it was posted. */
export interface PostedSignal {
  readonly type: string;
  readonly payload: string;
}

/** Writes events of sessions into the sessions' logs and their daemons' logs. */
export class SessionLog {
  readonly #core: RelayCore;

  constructor(core: RelayCore) {
    this.#core = core;
  }

  /** Appends a new session and its offer. @throws {RelayError} `over-cap` */
  async offer(sessionId: string, session: SessionRecord, payload: string): Promise<void> {
    const { shareId, agentToken } = session;
    // Delete a leftover log of an earlier session with this id: a log can outlive its session's record by a moment.
    await this.#core.store.delete(keys.sessionLog(sessionId));
    await appendSignal(this.#core, keys.sessionLog(sessionId), "browser", { type: "offer", payload });
    const data = { shareId, sessionId, token: agentToken, offer: payload };
    await this.#appendToDaemon(session, sessionId, { event: "session", data }, this.#daemonCaps);
  }

  /** Appends one side's message for the other. The caps don't apply to a `bye`. @throws {RelayError} `over-cap` */
  async message(sessionId: string, session: SessionRecord, from: SignalSide, message: PostedSignal): Promise<void> {
    const ts = await appendSignal(this.#core, keys.sessionLog(sessionId), from, message);
    if (from === "browser") {
      const { type, payload } = message;
      const data = { shareId: session.shareId, sessionId, from, type, payload, ts };
      await this.#appendToDaemon(session, sessionId, { event: "signal", data }, type === "bye" ? UNCAPPED : this.#daemonCaps);
    }
  }

  /** Appends the last event, for both sides. */
  async end(sessionId: string, session: SessionRecord, reason: EndReason): Promise<void> {
    await appendEnd(this.#core, keys.sessionLog(sessionId), reason);
    await this.endForDaemon(sessionId, session, reason);
  }

  /** Appends the last event for the daemon alone: an expired session has no other reader. */
  async endForDaemon(sessionId: string, session: SessionRecord, reason: EndReason): Promise<void> {
    await this.#appendToDaemon(session, sessionId, { event: END_EVENT, data: { shareId: session.shareId, sessionId, reason } }, UNCAPPED);
  }

  /** Removes a session's events from its daemon's log. */
  async forget(sessionId: string, { daemonId }: SessionRecord): Promise<void> {
    await this.#core.store.removeTagged(keys.daemonLog(daemonId), sessionId);
  }

  async #appendToDaemon(
    { daemonId }: SessionRecord,
    sessionId: string,
    { event, data }: { readonly event: string; readonly data: object },
    caps: LogCaps,
  ): Promise<void> {
    const { store, limits } = this.#core;
    const terms: LogTerms = { ...caps, ttlMs: limits.daemonIdleMs };
    requireAppended(
      await store.append(keys.daemonLog(daemonId), { event, data: JSON.stringify(data), tag: sessionId }, terms),
      "the daemon",
    );
  }

  get #daemonCaps(): LogCaps {
    const { limits } = this.#core;
    return { maxEvents: limits.daemonMessages, maxBytes: limits.daemonBytes };
  }
}

/** Appends one side's message to a session's log. The caps don't apply to a `bye`. @returns its time @throws {RelayError} `over-cap` */
export async function appendSignal(core: RelayCore, log: string, from: SignalSide, { type, payload }: PostedSignal): Promise<number> {
  const { store, clock, limits } = core;
  const ts = Math.trunc(clock.now());
  const event = { event: "signal", data: JSON.stringify({ from, type, payload, ts }), tag: from };
  const caps = type === "bye" ? UNCAPPED : { maxEvents: limits.sessionMessages, maxBytes: limits.sessionBytes };
  requireAppended(await store.append(log, event, { ...caps, ttlMs: limits.sessionIdleMs }), "the session");
  return ts;
}

/** Appends the last event of a session's log, which then is kept for `lingerMs`. */
export async function appendEnd({ store, limits }: RelayCore, log: string, reason: EndReason): Promise<void> {
  const event = { event: END_EVENT, data: JSON.stringify({ reason }), tag: RELAY_TAG };
  await store.append(log, event, { ...UNCAPPED, ttlMs: limits.lingerMs });
}

/** @param id the result of an append @throws {RelayError} `over-cap` */
function requireAppended(id: number | undefined, owner: string): void {
  if (id === undefined) {
    throw new RelayError("over-cap", `too many messages are stored for ${owner}`, { retryAfterMs: RETRY_LATER_MS });
  }
}
