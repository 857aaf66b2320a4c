/*
 * How a client reads a relay's events (L-17). Some proxies and tunnels hold an event stream back until it ends. Then the client polls: each response ends with
 * its first events, so it comes through whole. A long poll without events is an event stream to its relay: it begins at once, and has heartbeats. So it also
 * shows whether event streams come through again, and nothing else has to be tried.
 */

/**
 * - `stream`: an event stream
 * - `check`: a poll that is answered at once. It tells a stream that is held back from a relay that can't be reached
 * - `poll`: a long poll
 */
export type ReadingMode = "stream" | "check" | "poll";

/**
 * How a response was over:
 * - `prompt`: it lasted long enough to have a heartbeat, and all of it arrived when it was sent
 * - `held`: something of it arrived too late, or not at all
 * - `short`: it was too short to tell
 * - `failed`: it could not be read
 * - `renewed`: it was given up for a change of network
 */
export type ReadingOutcome = "prompt" | "held" | "short" | "failed" | "renewed";

export interface Reading {
  readonly mode: ReadingMode;
  /** Number of prompt polls in a row after which the event stream is tried again. */
  readonly wanted: number;
  /** How many of them are missing. */
  readonly missing: number;
}

/** Most prompt polls before the event stream is tried again: they take about half an hour. */
const MAX_WANTED = 64;

export const STREAMING: Reading = { mode: "stream", wanted: 1, missing: 1 };

type Transition = (reading: Reading) => Reading;
const stay: Transition = (reading) => reading;
const reset: Transition = () => STREAMING;
const streamAgain: Transition = (reading) => ({ ...reading, mode: "stream" });
const check: Transition = (reading) => ({ ...reading, mode: "check" });
const poll: Transition = (reading) => ({ ...reading, mode: "poll", missing: reading.wanted });
/** Streams again after enough prompt polls. If the stream is held back again, twice as many are wanted the next time. */
const countPrompt: Transition = ({ wanted, missing }) =>
  missing > 1 ? { mode: "poll", wanted, missing: missing - 1 } : { mode: "stream", wanted: Math.min(2 * wanted, MAX_WANTED), missing: 0 };

/** Total: a missing cell does not compile. */
const TRANSITIONS: Record<ReadingMode, Record<ReadingOutcome, Transition>> = {
  stream: { prompt: stay, held: check, short: stay, failed: stay, renewed: reset },
  // A check that fails says nothing about streams: the relay can't be reached at all.
  check: { prompt: poll, held: poll, short: poll, failed: streamAgain, renewed: reset },
  poll: { prompt: countPrompt, held: poll, short: stay, failed: stay, renewed: reset },
};

export function nextReading(reading: Reading, outcome: ReadingOutcome): Reading {
  return TRANSITIONS[reading.mode][outcome](reading);
}
