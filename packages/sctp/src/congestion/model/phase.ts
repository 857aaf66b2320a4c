/** States of the model (draft-ietf-ccwg-bbr, "State Machine"). Numbers, because they are compared for every SACK. */
export const Phase = {
  /** Doubles the rate every round until the pipe is full. */
  startup: 0,
  /** Sends slowly until the queue that start-up made is gone. */
  drain: 1,
  /** Sends a little slowly: empties the queue and leaves room for others. */
  probeDown: 2,
  /** Sends at the estimated bandwidth. */
  cruise: 3,
  /** Fills the pipe for one round, so that the next phase measures bandwidth and not an empty pipe. */
  refill: 4,
  /** Sends faster than estimated, to find more bandwidth. */
  probeUp: 5,
  /** Keeps little in flight, to measure the round trip without a queue. */
  probeRtt: 6,
} as const;
export type Phase = (typeof Phase)[keyof typeof Phase];

/** Rate as a multiple of the estimated bandwidth, by phase ("BBR.pacing_gain"). */
export const PACING_GAIN: readonly number[] = [2.77, 0.5, 0.9, 1, 1, 1.25, 1];
/** Window as a multiple of bandwidth × minimum round trip, by phase ("BBR.cwnd_gain"). */
export const WINDOW_GAIN: readonly number[] = [2, 2, 2, 2, 2, 2.25, 0.5];

/** When probing up ends. */
export const ProbeUp = {
  /** In flight, as a multiple of what fills the path: then the queue is long enough to know. */
  INFLIGHT: 1.25,
  /** Growth of the bandwidth in a round that makes it go on. */
  GROWTH: 1.1,
  /**
   * Growth in the first rounds, nearly all of what probing adds, after which start-up begins again if no queue has grown: the path's limit may be far away, as
   * after a pause of the receiver or a change of the path.
   */
  START_AGAIN_GROWTH: 1.2,
  /** Rounds without growth after which it ends in any case. */
  ROUNDS: 4,
} as const;
