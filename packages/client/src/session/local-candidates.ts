import { CandidateTally, type CandidateInit } from "@rangecast/rtc";
import { formatCandidate, type SignalClient, SignalError } from "@rangecast/signal";

/** Candidates that wait for the offer to be posted; a stack gathers a few dozen at most. */
const MAX_WAITING = 128;

type Outgoing = Parameters<SignalClient["post"]>[0];

/**
 * Our candidates on their way to the agent: held until the offer is posted, then posted as they come, one `candidate-end` last. Chromium ends with
 * null, Firefox with an empty candidate and then null. `.local` names go as they are: the agent may resolve them, or meet us by our checks.
 */
export class LocalCandidates {
  readonly tally: CandidateTally = new CandidateTally();
  readonly #signal: AbortSignal;
  readonly #waiting: Outgoing[] = [];
  #signals: SignalClient | undefined;
  #ended = false;

  /** @param signal ends all posting */
  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** A candidate of the peer connection; null, or an empty one, is the end. */
  take(candidate: CandidateInit | null): void {
    if (this.#ended) return;
    if (candidate === null || !candidate.candidate) {
      this.#ended = true;
      return this.#post({ type: "candidate-end", payload: "" });
    }
    this.tally.add(candidate.candidate);
    this.#post({ type: "candidate", payload: formatCandidate(candidate) });
  }

  /** The offer is posted: what waits follows it. */
  start(signals: SignalClient): void {
    this.#signals = signals;
    for (const message of this.#waiting.splice(0)) this.#post(message);
  }

  #post(message: Outgoing): void {
    if (this.#signals === undefined) {
      if (this.#waiting.length < MAX_WAITING) this.#waiting.push(message);
      return;
    }
    this.#signals.post(message, { signal: this.#signal }).catch((error: unknown) => {
      // One candidate less, or the session is over: nothing depends on it, and the relay's state shows elsewhere.
      if (!this.#signal.aborted && !(error instanceof SignalError)) throw error;
    });
  }
}
