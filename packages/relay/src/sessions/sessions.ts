import type { SignalSide } from "@rangecast/signal";
import { leavePlaces, takePlaces } from "../store/caps.ts";
import type { RelayCore } from "../core.ts";
import { keys } from "../store/keys.ts";
import { isRandomId } from "../shares/random-id.ts";
import { RelayError } from "../http/relay-error.ts";
import { keptPlaces, pendingPlaces } from "./session-slots.ts";
import { formatSession, parseSession, type SessionRecord } from "./session-record.ts";
import { type EndReason, nextState, type SessionHappening, type SessionState } from "./session-state.ts";
import { type PostedSignal, SessionLog } from "./session-log.ts";
import { SessionTimers } from "./session-timers.ts";
import { createToken, sameText } from "../shares/tokens.ts";

/** A pending session's record outlives its deadline by so much, milliseconds, so that it ends by the deadline and not by vanishing. */
const DEADLINE_SLACK_MS = 5000;
/** A living session is looked after so many times in the time after which it would expire: its places must not end before it. */
const LOOKS_PER_IDLE = 2;

export interface NewSession {
  readonly share: { readonly shareId: string; readonly daemonId: string };
  readonly sessionId: string;
  /** The offer's payload, sealed. */
  readonly payload: string;
  /** The client's bucket. */
  readonly address: string;
}

/** Sessions of shares: who may take part, what was said, how they end (protocol 3.1, points 3 and 6). */
export class Sessions {
  readonly #core: RelayCore;
  readonly #voice: SessionLog;
  readonly #watch: SessionTimers;

  constructor(core: RelayCore) {
    this.#core = core;
    this.#voice = new SessionLog(core);
    this.#watch = new SessionTimers(core.clock, core.onTrouble);
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
    // The record first: whoever made it owns the places under its id.
    if (!(await store.create(keys.session(sessionId), formatSession(session), limits.pendingMs + DEADLINE_SLACK_MS))) {
      throw new RelayError("session-used", "this session id was used before: take a new one");
    }
    const places = [...pendingPlaces(sessionId, session, limits), ...keptPlaces(sessionId, session, limits)];
    try {
      await takePlaces(store, places);
    } catch (error) {
      await store.delete(keys.session(sessionId));
      throw error;
    }
    try {
      await this.#voice.offer(sessionId, session, payload);
    } catch (error) {
      await leavePlaces(store, places);
      await store.delete(keys.sessionLog(sessionId));
      await store.delete(keys.session(sessionId));
      throw error;
    }
    this.#watch.after(sessionId, limits.pendingMs, () => this.end(sessionId, "not-accepted"));
    return tokens.browserToken;
  }

  /** Which side a token is of, and how the session stands; undefined where it fits no session. */
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
   * Keeps a message for the other side. The agent's first answer accepts the session; a `bye` ends it.
   * @throws {RelayError} `not-found` when it is over; `over-cap`
   */
  async post(sessionId: string, side: SignalSide, message: PostedSignal): Promise<void> {
    if (side === "agent" && message.type === "answer") {
      await this.#accept(sessionId);
    }
    const session = await this.#find(sessionId);
    if (session === undefined || session.state === "ended") {
      throw new RelayError("not-found", "the session is over");
    }
    await this.#voice.message(sessionId, session, side, message);
    if (message.type === "bye") {
      await this.end(sessionId, "bye");
    } else {
      await this.#renew(sessionId, session);
    }
  }

  /** A reader of the session is there: keeps it from expiring. @returns whether it still is */
  async beat(sessionId: string): Promise<boolean> {
    const session = await this.#find(sessionId);
    if (session !== undefined) {
      await this.#renew(sessionId, session);
    }
    return session !== undefined;
  }

  /** Ends a session, where this can end it: tells both sides, gives its places back, keeps what was said for the linger. */
  async end(sessionId: string, reason: EndReason): Promise<void> {
    const { store, limits } = this.#core;
    const change = await this.#happen(sessionId, reason);
    if (change === undefined || change.to !== "ended") {
      return;
    }
    const { session, from } = change;
    if (from === "pending") {
      await leavePlaces(store, pendingPlaces(sessionId, session, limits));
    }
    await this.#voice.end(sessionId, session, reason);
    this.#forgetLater(sessionId, session);
  }

  /** Ends a share's sessions with one of its daemons. */
  async endAllOf({ shareId, daemonId }: NewSession["share"], reason: EndReason): Promise<void> {
    for (const sessionId of await this.#core.store.members(keys.shareSessions(shareId))) {
      if ((await this.#get(sessionId))?.daemonId === daemonId) {
        await this.end(sessionId, reason);
      }
    }
  }

  /** Stops the timers. */
  close(): void {
    this.#watch.close();
  }

  async #accept(sessionId: string): Promise<void> {
    const { store, limits } = this.#core;
    const change = await this.#happen(sessionId, "answer");
    if (change?.to === "accepted") {
      await leavePlaces(store, pendingPlaces(sessionId, change.session, limits));
      this.#lookAfter(sessionId, change.session);
    }
  }

  /** Renews an accepted session's places while it lives; tells the daemon when it expired. */
  #lookAfter(sessionId: string, session: SessionRecord): void {
    const { store, limits } = this.#core;
    this.#watch.after(sessionId, limits.sessionIdleMs / LOOKS_PER_IDLE, async () => {
      if ((await store.get(keys.session(sessionId))) === undefined) {
        await this.#voice.endForDaemon(sessionId, session, "expired");
        this.#forgetLater(sessionId, session);
        return;
      }
      for (const { key, member, terms } of keptPlaces(sessionId, session, limits)) {
        await store.claim(key, member, terms);
      }
      this.#lookAfter(sessionId, session);
    });
  }

  /** After the linger nothing of an ended session is kept, and its places are free. */
  #forgetLater(sessionId: string, session: SessionRecord): void {
    const { store, limits } = this.#core;
    this.#watch.after(sessionId, limits.lingerMs, async () => {
      await this.#voice.forget(sessionId, session);
      await leavePlaces(store, keptPlaces(sessionId, session, limits));
    });
  }

  /** Only an accepted session lives on by being used; a pending one has its deadline, an ended one its linger. */
  async #renew(sessionId: string, session: SessionRecord): Promise<void> {
    const { store, limits } = this.#core;
    if (session.state === "accepted") {
      await store.touch(keys.session(sessionId), limits.sessionIdleMs);
      await store.touch(keys.sessionLog(sessionId), limits.sessionIdleMs);
    }
  }

  /** A pending session past its deadline is over, even where the instance that watched it is gone. */
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
    return text === undefined ? undefined : parseSession(text);
  }

  /** Moves the session on, if what happened changes it. Tries again where another request moved it first: states only go forward, so it ends. */
  async #happen(sessionId: string, happening: SessionHappening): Promise<Change | undefined> {
    const { store, limits } = this.#core;
    const key = keys.session(sessionId);
    for (let text = await store.get(key); text !== undefined; text = await store.get(key)) {
      const session = parseSession(text);
      const to = nextState(session.state, happening);
      if (to === session.state) {
        return undefined;
      }
      const ttlMs = to === "ended" ? limits.lingerMs : limits.sessionIdleMs;
      if (await store.replace(key, text, formatSession({ ...session, state: to }), ttlMs)) {
        return { session, from: session.state, to };
      }
    }
    return undefined;
  }
}

/** A session moved from one state to another; `session` as it was. */
interface Change {
  readonly session: SessionRecord;
  readonly from: SessionState;
  readonly to: SessionState;
}
