import { onAbort, sleep } from "@rangecast/base";

/**
 * Reopens event streams at once after a change of network: open connections may be dead without notice, and waiting for the next attempt no longer makes
 * sense. One object serves all streams and waits of its owner.
 */
export class Renewal {
  #next = new AbortController();

  /** Ends every current {@link Round}. */
  renew(): void {
    const current = this.#next;
    this.#next = new AbortController();
    current.abort();
  }

  /**
   * Begins one stream, or the wait before it.
   * @param signal ends the round as well
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
      end: () => round.abort(),
      over: () => {
        for (const stop of unlisten) stop();
      },
    };
  }
}

export interface Round {
  /** Aborts when the round must end. */
  readonly signal: AbortSignal;
  /** Whether {@link Renewal.renew} was called: start again, without a wait. */
  readonly renewed: boolean;
  /** Ends the round alone. */
  end(): void;
  /** Removes the listeners. */
  over(): void;
}

/** Waits before the next attempt; an abort of the signal or a renewal ends the wait early. Never rejects. */
export async function pause(ms: number, renewal: Renewal, signal: AbortSignal): Promise<void> {
  const round = renewal.round(signal);
  await sleep(ms, round.signal).catch(() => undefined);
  round.over();
}
