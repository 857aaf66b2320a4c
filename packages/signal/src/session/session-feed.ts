import { Arrivals } from "./arrivals.ts";
import type { SignalMessage } from "../messages/message.ts";
import { SignalError } from "../relay-api/signal-error.ts";

/** Most messages of one session that wait to be read: an offer, and more candidates than a browser has. */
const MAX_WAITING_MESSAGES = 128;
/** Most characters of one session's messages that wait to be read. */
const MAX_WAITING_CHARACTERS = 512 * 1024;
/** Most characters of all sessions' messages that wait to be read: what all viewers together can make a daemon hold. */
const MAX_TOTAL_CHARACTERS = 16 * 1024 * 1024;

/** What all feeds of one daemon hold together. */
export interface FeedBudget {
  characters: number;
}

/**
 * One session's messages, on their way from the daemon's stream to whoever reads them. A session that isn't read is dropped with a reason when
 * it is full; it never grows, and never holds up the others. Losing the relay is nothing to it: it just waits.
 */
export class SessionFeed {
  readonly #budget: FeedBudget;
  readonly #onClose: () => void;
  readonly #arrivals = new Arrivals<SignalMessage>(MAX_WAITING_MESSAGES);
  #characters = 0;
  /** Whether somebody ever read. */
  wasRead = false;

  constructor(budget: FeedBudget, onClose: () => void) {
    this.#budget = budget;
    this.#onClose = onClose;
  }

  /** Keeps a message, or drops the session where there is no room. */
  push(message: SignalMessage): void {
    const size = message.payload.length;
    const fits = this.#characters + size <= MAX_WAITING_CHARACTERS && this.#budget.characters + size <= MAX_TOTAL_CHARACTERS;
    if (fits && this.#arrivals.push(message)) this.#hold(size);
    else this.close(new SignalError("over-cap", "the session's messages were not read, and there is no room for more"));
  }

  /** Ends the reading, with an error if there is one, and lets go of all that waits. */
  close(error?: SignalError): void {
    this.#arrivals.end(error === undefined ? {} : { error });
    this.#hold(-this.#characters);
    this.#onClose();
  }

  /** See SignalClient. Goes on where an earlier reader left; when `signal` aborts the feed is closed for good. */
  async *messages({ signal }: { readonly signal: AbortSignal }): AsyncGenerator<SignalMessage, void, undefined> {
    this.wasRead = true;
    try {
      for await (const message of this.#arrivals.read(signal)) {
        this.#hold(-message.payload.length);
        yield message;
      }
    } finally {
      if (signal.aborted) this.close();
    }
  }

  #hold(characters: number): void {
    this.#characters += characters;
    this.#budget.characters += characters;
  }
}
