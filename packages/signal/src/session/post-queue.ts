import { persist } from "../relay-api/persist.ts";
import { SignalError } from "../relay-api/signal-error.ts";
import { abortable } from "@rangecast/base";

/** Most posts that wait in one session's queue, the one under way included: far more than a gathering has candidates. */
export const MAX_WAITING_POSTS = 256;
/** Most characters that wait in one session's queue. */
const MAX_WAITING_CHARACTERS = 1024 * 1024;
/** How long a post without a signal is tried for, milliseconds from when it was given: longer than a relay's restart. */
export const POST_PATIENCE_MS = 120_000;

export interface QueuedPost {
  /** What it weighs, characters. */
  readonly size: number;
  readonly signal: AbortSignal | undefined;
  /** One try. */
  readonly send: () => Promise<void>;
  readonly onTrouble: ((error: SignalError) => void) | undefined;
}

/**
 * Posts one after the other. The one in front is tried until it is there or given up; those behind it wait, so the order is kept. Delivery is
 * at least once: a try that failed on its way may have arrived.
 */
export class PostQueue {
  #waiting = 0;
  #waitingCharacters = 0;
  #tail: Promise<void> = Promise.resolve();

  /** @throws {SignalError} what can't be tried again, `queue-full`; the last failure when patience ends; the signal's reason when it aborts */
  async post(post: QueuedPost): Promise<void> {
    if (this.#waiting >= MAX_WAITING_POSTS || this.#waitingCharacters + post.size > MAX_WAITING_CHARACTERS) {
      throw new SignalError("queue-full", `${this.#waiting} posts wait for the relay already`);
    }
    this.#waiting += 1;
    this.#waitingCharacters += post.size;
    const before = this.#tail;
    const done = sendInTurn(before, post);
    // Whoever comes next waits for this one, and, should it be given up while it waits, for those before it.
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
  const untilMs = signal === undefined ? performance.now() + POST_PATIENCE_MS : Infinity;
  await abortable(before, signal);
  if (performance.now() > untilMs) throw new SignalError("unreachable", "the relay took no earlier message for too long");
  await persist(send, { signal, untilMs, onTrouble });
}
