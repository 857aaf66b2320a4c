/** A bandwidth that grows by less in a round has stopped growing (draft-ietf-ccwg-bbr, "BBRCheckFullBWReached"). */
const GROWTH = 1.25;
/** Rounds without growth after which the pipe is full. */
const PLATEAU_ROUNDS = 3;
/** Rounds without growth that are enough when the queue has grown, too. */
const PLATEAU_ROUNDS_WITH_QUEUE = 2;
/** SACKs with loss in one round that make it a sign of a full pipe ("BBRStartupFullLossCnt"). */
const LOSS_EVENTS = 6;
/** So much loss in one round is a full pipe even while the bandwidth still grows. */
const HEAVY_LOSS = 0.15;

/** Finds in start-up that the pipe is full: the bandwidth has stopped growing, sooner if packets are lost or a queue stands. */
export class FullPipe {
  /** Whether the pipe was found full once. */
  reached = false;
  #bandwidth = 0;
  #rounds = 0;

  /** @param bandwidth largest so far, bytes per ms @param queued whether the round's shortest round trip shows a long queue */
  endRound(bandwidth: number, queued: boolean, excessiveLoss: boolean, lossEvents: number, lossRate: number): void {
    if (bandwidth >= this.#bandwidth * GROWTH) {
      this.#bandwidth = bandwidth;
      this.#rounds = 0;
    } else this.#rounds++;
    const lossy = excessiveLoss && lossEvents >= LOSS_EVENTS;
    this.reached =
      this.#rounds >= PLATEAU_ROUNDS ||
      (this.#rounds >= PLATEAU_ROUNDS_WITH_QUEUE && queued) ||
      (lossy && (this.#rounds > 0 || lossRate > HEAVY_LOSS));
  }

  /** Start-up begins again. */
  begin(): void {
    this.reached = false;
    this.restart();
  }

  /** Looks for the plateau from here again, after a time-out. */
  restart(): void {
    this.#bandwidth = 0;
    this.#rounds = 0;
  }
}
