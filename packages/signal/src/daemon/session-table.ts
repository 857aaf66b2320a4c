import { BoundedQueue } from "../session/bounded-queue.ts";
import { parseAs, parseJson } from "../encoding/json.ts";
import { parseSignalMessage } from "../messages/message.ts";
import type { ServerEvent } from "../relay-api/read-events.ts";
import { daemonSignal, sessionEvent, type SessionEvent } from "../relay-api/relay-answers.ts";
import { type FeedBudget, SessionFeed } from "../session/session-feed.ts";
import { createSignalClient, type SignalClient, type SignalClientOptions } from "../session/signal-client.ts";
import { SignalError } from "../relay-api/signal-error.ts";

export interface IncomingSession {
  readonly shareId: string;
  readonly sessionId: string;
  /** Sealed. Open it with {@link openPayload} before allocating anything (L-3). */
  readonly offerPayload: string;
  /** Without sealing: see {@link sealSignalClient}. `messages()` yields the offer first. */
  readonly signals: SignalClient;
  /** Closes the session: later messages for it are dropped. Aborting the signal of `signals.messages()` does so too. */
  close(): void;
}

/** Most sessions at once: 250 viewers with 16 sessions each. The relay's own caps are lower. */
const MAX_SESSIONS = 4096;
/** Most new sessions that wait for the reader. A viewer that waits behind more would time out. */
const MAX_WAITING_SESSIONS = 256;
/** Number of closed sessions that are remembered, so that a repeated event does not start one again. */
const MAX_PAST_SESSIONS = 4096;

/** Distributes the events of the daemon's stream to its sessions. */
export class SessionTable {
  /** New sessions. */
  readonly incoming: BoundedQueue<IncomingSession> = new BoundedQueue<IncomingSession>(MAX_WAITING_SESSIONS);
  readonly #client: Pick<SignalClientOptions, "base" | "fetch">;
  readonly #feeds = new Map<string, SessionFeed>();
  readonly #past = new Set<string>();
  readonly #budget: FeedBudget = { characters: 0 };

  /** @param client the relay's address, and how requests are sent to it */
  constructor(client: Pick<SignalClientOptions, "base" | "fetch">) {
    this.#client = client;
  }

  /** Handles an event; unknown events and invalid data are skipped (S-1). */
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

  /** Ends the reading of new sessions, with an error if there is one, and of every session's messages. */
  close(ended: { readonly error?: unknown } = {}): void {
    this.incoming.end(ended);
    for (const feed of this.#feeds.values()) feed.close();
  }

  #open({ shareId, sessionId, token, offer }: SessionEvent): void {
    if (this.#feeds.has(sessionId) || this.#past.has(sessionId) || this.incoming.isFull || !this.#hasCapacity()) return;
    const feed = new SessionFeed(this.#budget, () => this.#forget(sessionId));
    this.#feeds.set(sessionId, feed);
    feed.push({ from: "browser", type: "offer", payload: offer });
    const client = createSignalClient({ ...this.#client, sessionId, key: token, side: "agent" });
    this.incoming.push({
      shareId,
      sessionId,
      offerPayload: offer,
      signals: { post: (message, options) => client.post(message, options), messages: (options) => feed.messages(options) },
      close: () => feed.close(),
    });
  }

  /** Whether another session can be added. At the cap, closes the oldest session that was never read. */
  #hasCapacity(): boolean {
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
