/** Time from one probe for bandwidth to the next: so long and up to so much more, ms ("BBRPickProbeWait"). */
const WAIT_MS = 2_000;
const WAIT_RANDOM_MS = 1_000;
/** Most rounds between probes: so a Reno flow, which grows by a packet a round, is not held back ("BBRIsRenoCoexistenceProbeTime"). */
const WAIT_ROUNDS = 63;
const LEAST_WAIT_ROUNDS = 4;
/** Rounds until the next probe if the last one, or start-up, found more bandwidth: there may be more yet, and a noisy round had ended it. */
const NEXT_PROBE_ROUNDS = 4;
/** Growth of the bandwidth that counts as more. */
const GROWTH = 1.1;

/** Decides when the sender probes for bandwidth. */
export class ProbeSchedule {
  readonly #random: () => number;
  #waitUntilMs = 0;
  /** Bandwidth when the last probe ended, bytes per ms. */
  #bandwidth = 0;
  /** Rounds since the last probe. */
  rounds = 0;
  /** Whether the last probe found more bandwidth. */
  grew = false;

  /** @param random numbers from 0 to below 1, so that flows don't probe at the same time */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** A probe, or start-up, has ended with this estimate. */
  onProbeEnd(nowMs: number, bandwidth: number): void {
    this.grew = bandwidth >= this.#bandwidth * GROWTH;
    this.#bandwidth = bandwidth;
    this.#waitUntilMs = nowMs + WAIT_MS + this.#random() * WAIT_RANDOM_MS;
    this.rounds = 0;
  }

  /** The next probe is due now. */
  hurry(): void {
    this.#waitUntilMs = 0;
  }

  /** @param flightPackets packets that fill the path */
  isDue(nowMs: number, flightPackets: number): boolean {
    if (this.grew && this.rounds >= NEXT_PROBE_ROUNDS) return true;
    return nowMs >= this.#waitUntilMs || this.rounds >= Math.max(Math.min(WAIT_ROUNDS, flightPackets), LEAST_WAIT_ROUNDS);
  }
}
