import { BoundedQueue } from "./bounded-queue.ts";
import type { SignalMessage } from "../messages/message.ts";
import { SignalError } from "../relay-api/signal-error.ts";

/** Most unread messages of one session: an offer, and more candidates than a browser has. */
const MAX_WAITING_MESSAGES = 128;
/** Most characters of one session's unread messages. */
const MAX_WAITING_CHARACTERS = 512 * 1024;
/** Most characters of all sessions' unread messages: what all viewers together can make a daemon store. */
const MAX_TOTAL_CHARACTERS = 16 * 1024 * 1024;

/** What all feeds of one daemon store together. */
export interface FeedBudget {
  characters: number;
}

/**
 * The queue of one session's messages, between the daemon's event stream and the session's reader. When a session is not read and its queue is full, the
 * session is closed with an error, so that it can't block the others. Losing the relay does not end it.
 */
export class SessionFeed {
  readonly #budget: FeedBudget;
  readonly #onClose: () => void;
  readonly #queue = new BoundedQueue<SignalMessage>(MAX_WAITING_MESSAGES);
  #characters = 0;
  /** Whether reading has ever begun. */
  wasRead = false;

  constructor(budget: FeedBudget, onClose: () => void) {
    this.#budget = budget;
    this.#onClose = onClose;
  }

  /** Adds a message, or closes the session if there is no space. */
  push(message: SignalMessage): void {
    const size = message.payload.length;
    const fits = this.#characters + size <= MAX_WAITING_CHARACTERS && this.#budget.characters + size <= MAX_TOTAL_CHARACTERS;
    if (fits && this.#queue.push(message)) this.#addCharacters(size);
    else this.close(new SignalError("over-cap", "the session's messages were not read, and there is no space for more"));
  }

  /** Ends the reading, with an error if there is one, and drops unread messages. */
  close(error?: SignalError): void {
    this.#queue.end(error === undefined ? {} : { error });
    this.#addCharacters(-this.#characters);
    this.#onClose();
  }

  /** As SignalClient.messages(). A later reader continues where the earlier one stopped. When `signal` aborts, the feed is closed. */
  async *messages({ signal }: { readonly signal: AbortSignal }): AsyncGenerator<SignalMessage, void, undefined> {
    this.wasRead = true;
    try {
      for await (const message of this.#queue.read(signal)) {
        this.#addCharacters(-message.payload.length);
        yield message;
      }
    } finally {
      if (signal.aborted) this.close();
    }
  }

  #addCharacters(characters: number): void {
    this.#characters += characters;
    this.#budget.characters += characters;
  }
}
