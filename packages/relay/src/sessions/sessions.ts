import type { SignalSide } from "@rangecast/signal";
import { releaseSlots, renewSlots, takeSlots } from "../store/caps.ts";
import type { RelayCore } from "../core.ts";
import { keys } from "../store/keys.ts";
import { RelayError } from "../http/relay-error.ts";
import { keptSlots, pendingSlots } from "./session-slots.ts";
import { type EndReason, nextState, type SessionRecord, type SessionTrigger, type SessionState } from "./session-state.ts";
import { type PostedSignal, SessionLog } from "./session-log.ts";
import { SessionTimers } from "./session-timers.ts";
import { createToken, isRandomId, sameText } from "../shares/tokens.ts";

/** How long a pending session's record outlives its deadline, milliseconds, so that the session ends by the deadline and not by expiry of its record. */
const DEADLINE_SLACK_MS = 5000;
/** Number of renewals of an active session's slots within their lifetime, so that they don't expire before the session. */
const CHECKS_PER_IDLE = 2;

export interface NewSession {
  readonly share: { readonly shareId: string; readonly daemonId: string };
  readonly sessionId: string;
  /** The offer's payload, sealed. */
  readonly payload: string;
  /** The client's bucket. */
  readonly address: string;
}

/** Sessions of shares: opening, access, messages and end (L-3, L-6). */
export class Sessions {
  readonly #core: RelayCore;
  readonly #log: SessionLog;
  readonly #timers: SessionTimers;

  constructor(core: RelayCore) {
    this.#core = core;
    this.#log = new SessionLog(core);
    this.#timers = new SessionTimers(core.clock, core.onTrouble);
  }

  /**
   * Opens a session with the viewer's offer.
   * @returns the browser side's token
   * @throws {RelayError} `session-used`, `busy`, `over-cap`
   */
  async open({ share: { shareId, daemonId }, sessionId, payload, address }: NewSession): Promise<string> {
    const { store, clock, limits } = this.#core;
    const tokens = { browserToken: createToken(), agentToken: createToken() };
    const session: SessionRecord = { shareId, daemonId, state: "pending", deadline: clock.now() + limits.pendingMs, address, ...tokens };
    // The record comes first: only the request that created it may take or release slots under this id.
    if (!(await store.create(keys.session(sessionId), JSON.stringify(session), limits.pendingMs + DEADLINE_SLACK_MS))) {
      throw new RelayError("session-used", "this session id was used before: choose another");
    }
    const slots = [...pendingSlots(sessionId, session, limits), ...keptSlots(sessionId, session, limits)];
    try {
      await takeSlots(store, slots);
    } catch (error) {
      await store.delete(keys.session(sessionId));
      throw error;
    }
    try {
      await this.#log.offer(sessionId, session, payload);
    } catch (error) {
      await releaseSlots(store, slots);
      await store.delete(keys.sessionLog(sessionId));
      await store.delete(keys.session(sessionId));
      throw error;
    }
    this.#timers.after(sessionId, limits.pendingMs, () => this.end(sessionId, "not-accepted"));
    return tokens.browserToken;
  }

  /** The side of a token, and the session's state; undefined if the token is not of this session. */
  async access(sessionId: string, token: string): Promise<{ side: SignalSide; state: SessionState } | undefined> {
    const session = isRandomId(sessionId) ? await this.#find(sessionId) : undefined;
    if (session === undefined) {
      return undefined;
    }
    const isBrowser = sameText(token, session.browserToken);
    const isAgent = sameText(token, session.agentToken);
    if (!isBrowser && !isAgent) {
      return undefined;
    }
    return { side: isBrowser ? "browser" : "agent", state: session.state };
  }

  /**
   * Stores a message for the other side. The agent's first answer accepts the session; a `bye` ends it.
   * @throws {RelayError} `not-found` if the session is over; `over-cap`
   */
  async post(sessionId: string, side: SignalSide, message: PostedSignal): Promise<void> {
    if (side === "agent" && message.type === "answer") {
      await this.#accept(sessionId);
    }
    const session = await this.#find(sessionId);
    if (session === undefined || session.state === "ended") {
      throw new RelayError("not-found", "the session is over");
    }
    await this.#log.message(sessionId, session, side, message);
    if (message.type === "bye") {
      await this.end(sessionId, "bye");
    } else {
      await this.#renew(sessionId, session);
    }
  }

  /** Keeps the session from expiring while it has a reader. @returns whether the session exists */
  async beat(sessionId: string): Promise<boolean> {
    const session = await this.#find(sessionId);
    if (session !== undefined) {
      await this.#renew(sessionId, session);
    }
    return session !== undefined;
  }

  /** Ends a session if `reason` can end it in its state: tells both sides, releases its slots, and keeps its messages for `lingerMs`. */
  async end(sessionId: string, reason: EndReason): Promise<void> {
    const { store, limits } = this.#core;
    const change = await this.#apply(sessionId, reason);
    if (change === undefined || change.to !== "ended") {
      return;
    }
    const { session, from } = change;
    if (from === "pending") {
      await releaseSlots(store, pendingSlots(sessionId, session, limits));
    }
    await this.#log.end(sessionId, session, reason);
    this.#forgetLater(sessionId, session);
  }

  /** Ends the sessions of a share with one of its daemons. */
  async endAllOf({ shareId, daemonId }: NewSession["share"], reason: EndReason): Promise<void> {
    for (const sessionId of await this.#core.store.members(keys.shareSessions(shareId))) {
      if ((await this.#get(sessionId))?.daemonId === daemonId) {
        await this.end(sessionId, reason);
      }
    }
  }

  /** Stops the timers. */
  close(): void {
    this.#timers.close();
  }

  async #accept(sessionId: string): Promise<void> {
    const { store, limits } = this.#core;
    const change = await this.#apply(sessionId, "answer");
    if (change?.to === "accepted") {
      await releaseSlots(store, pendingSlots(sessionId, change.session, limits));
      this.#keepAlive(sessionId, change.session);
    }
  }

  /** Renews an accepted session's slots while it exists; tells the daemon when it has expired. */
  #keepAlive(sessionId: string, session: SessionRecord): void {
    const { store, limits } = this.#core;
    this.#timers.after(sessionId, limits.sessionIdleMs / CHECKS_PER_IDLE, async () => {
      if ((await store.get(keys.session(sessionId))) === undefined) {
        await this.#log.endForDaemon(sessionId, session, "expired");
        this.#forgetLater(sessionId, session);
        return;
      }
      await renewSlots(store, keptSlots(sessionId, session, limits));
      this.#keepAlive(sessionId, session);
    });
  }

  /** Deletes an ended session's messages and releases its slots after `lingerMs`. */
  #forgetLater(sessionId: string, session: SessionRecord): void {
    const { store, limits } = this.#core;
    this.#timers.after(sessionId, limits.lingerMs, async () => {
      await this.#log.forget(sessionId, session);
      await releaseSlots(store, keptSlots(sessionId, session, limits));
    });
  }

  /** Extends the lifetime of an accepted session. A pending one ends at its deadline, an ended one after `lingerMs`. */
  async #renew(sessionId: string, session: SessionRecord): Promise<void> {
    const { store, limits } = this.#core;
    if (session.state === "accepted") {
      await store.touch(keys.session(sessionId), limits.sessionIdleMs);
      await store.touch(keys.sessionLog(sessionId), limits.sessionIdleMs);
    }
  }

  /** The session's record. Ends a pending session that is past its deadline, in case the instance with its timer is gone. */
  async #find(sessionId: string): Promise<SessionRecord | undefined> {
    const session = await this.#get(sessionId);
    if (session?.state !== "pending" || this.#core.clock.now() < session.deadline) {
      return session;
    }
    await this.end(sessionId, "not-accepted");
    return this.#get(sessionId);
  }

  async #get(sessionId: string): Promise<SessionRecord | undefined> {
    const text = await this.#core.store.get(keys.session(sessionId));
    return text === undefined ? undefined : (JSON.parse(text) as SessionRecord);
  }

  /** Changes the session's state, if the trigger does. Retries when another request was faster; states only move forward, so the loop ends. */
  async #apply(sessionId: string, trigger: SessionTrigger): Promise<Change | undefined> {
    const { store, limits } = this.#core;
    const key = keys.session(sessionId);
    for (let text = await store.get(key); text !== undefined; text = await store.get(key)) {
      const session = JSON.parse(text) as SessionRecord;
      const to = nextState(session.state, trigger);
      if (to === session.state) {
        return undefined;
      }
      const ttlMs = to === "ended" ? limits.lingerMs : limits.sessionIdleMs;
      if (await store.replace(key, text, JSON.stringify({ ...session, state: to }), ttlMs)) {
        return { session, from: session.state, to };
      }
    }
    return undefined;
  }
}

/** A change of state; `session` is the record before it. */
interface Change {
  readonly session: SessionRecord;
  readonly from: SessionState;
  readonly to: SessionState;
}
