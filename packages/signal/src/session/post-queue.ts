import { abortable } from "@rangecast/base";
import { patienceEndMs, retry } from "../relay-api/retry.ts";
import { SignalError } from "../relay-api/signal-error.ts";

/** Most posts in one session's queue, including the current one: far more than ICE gathering has candidates. */
export const MAX_WAITING_POSTS = 256;
/** Most characters in one session's queue. */
const MAX_WAITING_CHARACTERS = 1024 * 1024;

export interface QueuedPost {
  /** Its size, characters. */
  readonly size: number;
  readonly signal: AbortSignal | undefined;
  /** Makes one attempt. */
  readonly send: () => Promise<void>;
  readonly onTrouble: ((error: SignalError) => void) | undefined;
}

/**
 * Sends posts one at a time and in order (S-4): the first one is retried until it succeeds or is given up, and the others wait. Delivery is at least once, since
 * a failed attempt may have arrived.
 */
export class PostQueue {
  #waiting = 0;
  #waitingCharacters = 0;
  #tail: Promise<void> = Promise.resolve();

  /** @throws {SignalError} a permanent failure, `queue-full`, or the last failure at the end of the time limit; the signal's reason when it aborts */
  async post(post: QueuedPost): Promise<void> {
    if (this.#waiting >= MAX_WAITING_POSTS || this.#waitingCharacters + post.size > MAX_WAITING_CHARACTERS) {
      throw new SignalError("queue-full", `${this.#waiting} posts are already waiting for the relay`);
    }
    this.#waiting += 1;
    this.#waitingCharacters += post.size;
    const before = this.#tail;
    const done = sendInTurn(before, post);
    // The next post waits for this one, and also for those before it, in case this one is given up while it waits.
    this.#tail = done.catch(() => undefined).then(() => before);
    try {
      await done;
    } finally {
      this.#waiting -= 1;
      this.#waitingCharacters -= post.size;
    }
  }
}

async function sendInTurn(before: Promise<void>, { signal, send, onTrouble }: QueuedPost): Promise<void> {
  const untilMs = patienceEndMs(signal);
  await abortable(before, signal);
  if (performance.now() > untilMs) throw new SignalError("unreachable", "the relay did not accept earlier messages in time");
  await retry(send, { signal, untilMs, onTrouble });
}
