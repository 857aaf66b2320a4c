import { WindowedMax } from "./windowed-max.ts";

/** Rounds over which the largest surplus counts (draft-ietf-ccwg-bbr, "BBR.ExtraACKedFilterLen"). */
const FILTER_ROUNDS = 10;

/**
 * Bytes acknowledged beyond what the bandwidth explains: networks and receivers that acknowledge in bunches need so much more in flight
 * (draft-ietf-ccwg-bbr, "BBRUpdateACKAggregation").
 */
export class ExtraAcked {
  readonly #max = new WindowedMax(FILTER_ROUNDS);
  #sinceMs = 0;
  #ackedBytes = 0;

  get bytes(): number {
    return this.#max.value;
  }

  beginRound(): void {
    this.#max.advance();
  }

  /** Forgets the surplus: the estimate that it was measured against was wrong. */
  forget(): void {
    this.#max.reset(0);
  }

  /** Starts a new interval, for example after a pause. */
  restart(nowMs: number): void {
    this.#sinceMs = nowMs;
    this.#ackedBytes = 0;
  }

  /** @param bandwidth bytes per ms @param capBytes most surplus that counts */
  update(nowMs: number, ackedBytes: number, bandwidth: number, capBytes: number): void {
    let expected = bandwidth * (nowMs - this.#sinceMs);
    if (this.#ackedBytes <= expected) {
      this.restart(nowMs);
      expected = 0;
    }
    this.#ackedBytes += ackedBytes;
    this.#max.update(Math.min(this.#ackedBytes - expected, capBytes));
  }
}
