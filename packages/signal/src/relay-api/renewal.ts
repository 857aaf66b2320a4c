import { onAbort } from "@rangecast/base";
import { sleep } from "@rangecast/base";

/**
 * Has event streams opened anew, and at once: in another network what is open may be dead without a word, and what waits for its next try waits in vain.
 * It stands as long as whoever follows the streams.
 */
export class Renewal {
  #next = new AbortController();

  /** Opens them anew. */
  renew(): void {
    const now = this.#next;
    this.#next = new AbortController();
    now.abort();
  }

  /**
   * One stream, or the wait before it.
   * @param signal ends it, too
   */
  round(signal: AbortSignal): Round {
    const round = new AbortController();
    const renewed = this.#next.signal;
    const unlisten = [onAbort(signal, () => round.abort(signal.reason)), onAbort(renewed, () => round.abort(renewed.reason))];
    if (signal.aborted) round.abort(signal.reason);
    return {
      signal: round.signal,
      get renewed() {
        return renewed.aborted;
      },
      over: () => {
        for (const stop of unlisten) stop();
      },
    };
  }
}

export interface Round {
  /** Aborts when it must end. */
  readonly signal: AbortSignal;
  /** Whether it must begin anew. */
  readonly renewed: boolean;
  /** No listener is left after this. */
  over(): void;
}

/** Waits before the next try; the signal ends it, and a renewal, after which it would be in vain. Never rejects. */
export async function pause(ms: number, renewal: Renewal, signal: AbortSignal): Promise<void> {
  const round = renewal.round(signal);
  await sleep(ms, round.signal).catch(() => undefined);
  round.over();
}
