/** A round's shortest round trip so many times the minimum shows a queue that no fair neighbour makes in a buffer of one bandwidth × delay. */
const LONG_QUEUE = 2.25;
/** So many times the minimum: a queue stands, so that the estimate is too high. */
const STANDING_QUEUE = 1.15;
/** Rounds in a row with such a queue before the sender acts: after a pause of the receiver, of the link or of this program, one or two rounds look the same. */
const LONG_QUEUE_ROUNDS = 2;
const STANDING_QUEUE_ROUNDS = 3;

/** On shorter paths the same times as on one of so many ms: programs and their machines add delays of some milliseconds, which are no queue. */
const LEAST_RTT_MS = 20;

/** Tells from the round trips of each round whether a queue stands at the bottleneck. */
export class QueueWatch {
  /** Whether the round that is over had a long queue. */
  long = false;
  #rounds = 0;
  /** Whether a long queue stood in the last congested round, and nothing was lost. */
  #paused = false;

  /** A round is over. @param rttMs its shortest round trip; Infinity if there was none */
  endRound(rttMs: number, minRttMs: number): void {
    this.long = rttMs < Infinity && rttMs > LONG_QUEUE * Math.max(minRttMs, LEAST_RTT_MS);
  }

  /** The same, of a round in which the sender did not probe. */
  endQuietRound(rttMs: number, minRttMs: number): void {
    this.#rounds = this.isStanding(rttMs, minRttMs) ? this.#rounds + 1 : 0;
  }

  /** Whether a round with this shortest round trip had a queue. */
  isStanding(rttMs: number, minRttMs: number): boolean {
    return rttMs > Math.max(STANDING_QUEUE * Math.max(minRttMs, LEAST_RTT_MS), minRttMs + 15);
  }

  /** Whether a long queue stands. */
  get longStands(): boolean {
    return this.long && this.#rounds >= LONG_QUEUE_ROUNDS;
  }

  /** Whether any queue stands. */
  get stands(): boolean {
    return this.#rounds >= STANDING_QUEUE_ROUNDS;
  }

  /** The quiet round was congested. */
  onCongestion(lossy: boolean): void {
    this.#paused = !lossy;
  }

  /** Whether a long queue is gone now, and nothing was lost: then the receiver or the link had paused, and may give again what it gave before. True once. */
  takePauseOver(): boolean {
    if (!this.#paused || this.#rounds > 0) return false;
    this.#paused = false;
    return true;
  }
}
