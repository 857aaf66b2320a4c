/*
 * Judges by the arrival times of the relay's probe events (PROTOCOL.md, P-1) whether something between here and the relay buffers or cuts off event
 * streams. A proxy that does lets every other request through. Unless the relay can be polled (L-17), connecting then fails although everything else works.
 */

import { FEATURES_HEADER, LONG_POLL_FEATURE } from "./features.ts";

export const PROBE_PATH = "/api/v1/probe/events";

/** When the probe's events arrived. */
export interface ProbeArrivals {
  /** For each event, by `performance.now()`, milliseconds. */
  readonly atMs: readonly number[];
  /** Number of events that the relay sends; undefined if none arrived. */
  readonly of: number | undefined;
  /** The relay announced long polls (L-16), so it can be used even if event streams are held back (L-17). */
  readonly polls: boolean;
}

/** The relay's interval between two events, milliseconds. */
const INTERVAL_MS = 200;
/** The events must arrive over at least this share of the time in which they were sent. On a bad network they bunch up, but not by half. */
const LEAST_SPREAD = 0.5;
/** Longest response that is read, characters: a real one has a few hundred. */
const MAX_CHARACTERS = 16_384;
const EVENT = /^data: \{"number":\d+,"of":(\d{1,3})\}\n\n/gmu;

/** Records when each event of a probe's response arrives. @throws the connection's error if it breaks off */
export async function readArrivals({ body, headers }: Response): Promise<ProbeArrivals> {
  const reader = body?.getReader();
  const decoder = new TextDecoder();
  const atMs: number[] = [];
  let text = "";
  let of: number | undefined;
  try {
    while (text.length < MAX_CHARACTERS) {
      const read = await reader?.read();
      if (read?.value === undefined) break;
      text += decoder.decode(read.value, { stream: true });
      const events = [...text.matchAll(EVENT)];
      while (atMs.length < events.length) atMs.push(performance.now());
      of = events[0] === undefined ? undefined : Number(events[0][1]);
    }
  } finally {
    reader?.cancel().catch(() => undefined);
  }
  const features = headers.get(FEATURES_HEADER)?.split(/, */u) ?? [];
  return { atMs, of, polls: features.includes(LONG_POLL_FEATURE) };
}

/**
 * `held-back`: a proxy buffers the events until the response ends; `polled`: it does, and the relay is polled instead. `cut`: the response ends before all of
 * them arrived.
 */
export function judgeArrivals({ atMs, of, polls }: ProbeArrivals): "prompt" | "polled" | "held-back" | "cut" {
  const [first, last] = [atMs[0], atMs.at(-1)];
  if (first === undefined || last === undefined || of === undefined || atMs.length < of) return "cut";
  if (last - first >= LEAST_SPREAD * INTERVAL_MS * (of - 1)) return "prompt";
  return polls ? "polled" : "held-back";
}
