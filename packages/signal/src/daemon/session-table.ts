import { Arrivals } from "../session/arrivals.ts";
import { parseAs, parseJson } from "../encoding/json.ts";
import { parseSignalMessage } from "../messages/message.ts";
import type { ServerEvent } from "../relay-api/read-events.ts";
import { daemonSignal, sessionEvent, type SessionEvent } from "../relay-api/relay-answers.ts";
import { type FeedBudget, SessionFeed } from "../session/session-feed.ts";
import { createSignalClient, type SignalClient } from "../session/signal-client.ts";
import { SignalError } from "../relay-api/signal-error.ts";

export interface IncomingSession {
  readonly shareId: string;
  readonly sessionId: string;
  /** Sealed: try it with {@link openPayload} before allocating anything. */
  readonly offerPayload: string;
  /** Not yet sealed; `messages()` yields the offer first. */
  readonly signals: SignalClient;
  /** Forgets the session: what still comes for it is dropped. Aborting the signal of `signals.messages()` does so too. */
  close(): void;
}

/** Most sessions that are followed at once: 250 viewers with 16 lanes each. The relay's own caps are lower. */
const MAX_SESSIONS = 4096;
/** Most new sessions that wait to be taken; a viewer gives up long before its turn would come behind so many. */
const MAX_WAITING_SESSIONS = 256;
/** How many sessions that are over are remembered, so that an event that is told again does not start one anew. */
const MAX_PAST_SESSIONS = 4096;

export interface SessionTableOptions {
  readonly relay: string;
  readonly fetch: typeof fetch | undefined;
}

/** Deals the events of the daemon's one stream to its sessions. */
export class SessionTable {
  /** New sessions, to be read. */
  readonly arrivals: Arrivals<IncomingSession> = new Arrivals<IncomingSession>(MAX_WAITING_SESSIONS);
  readonly #options: SessionTableOptions;
  readonly #feeds = new Map<string, SessionFeed>();
  readonly #past = new Set<string>();
  readonly #budget: FeedBudget = { characters: 0 };

  constructor(options: SessionTableOptions) {
    this.#options = options;
  }

  /** Takes an event; what is none of ours is skipped (protocol 1.1). */
  take({ event, data }: ServerEvent): void {
    const json = parseJson(data);
    if (event === "session") {
      const session = parseAs(sessionEvent, json);
      if (session !== undefined) this.#open(session);
    } else if (event === "signal") {
      const message = parseSignalMessage(json);
      const sessionId = parseAs(daemonSignal, json)?.sessionId;
      if (message?.from === "browser" && sessionId !== undefined) this.#feeds.get(sessionId)?.push(message);
    }
  }

  /** Ends every session's messages. */
  close(ended: { readonly error?: unknown } = {}): void {
    this.arrivals.end(ended);
    for (const feed of this.#feeds.values()) feed.close();
  }

  #open({ shareId, sessionId, token, offer }: SessionEvent): void {
    if (this.#feeds.has(sessionId) || this.#past.has(sessionId) || this.arrivals.isFull || !this.#makeRoom()) return;
    const feed = new SessionFeed(this.#budget, () => this.#forget(sessionId));
    this.#feeds.set(sessionId, feed);
    feed.push({ from: "browser", type: "offer", payload: offer });
    const { relay, fetch } = this.#options;
    const client = createSignalClient({ base: relay, sessionId, key: token, side: "agent", ...(fetch === undefined ? {} : { fetch }) });
    this.arrivals.push({
      shareId,
      sessionId,
      offerPayload: offer,
      signals: { post: (message, options) => client.post(message, options), messages: (options) => feed.messages(options) },
      close: () => feed.close(),
    });
  }

  /** At the cap the oldest session that nobody ever read has to go. */
  #makeRoom(): boolean {
    if (this.#feeds.size < MAX_SESSIONS) return true;
    const unread = [...this.#feeds.values()].find((feed) => !feed.wasRead);
    unread?.close(new SignalError("over-cap", `${MAX_SESSIONS} sessions are open, and this one was not read`));
    return unread !== undefined;
  }

  #forget(sessionId: string): void {
    if (!this.#feeds.delete(sessionId)) return;
    this.#past.add(sessionId);
    const [oldest] = this.#past;
    if (this.#past.size > MAX_PAST_SESSIONS && oldest !== undefined) this.#past.delete(oldest);
  }
}
