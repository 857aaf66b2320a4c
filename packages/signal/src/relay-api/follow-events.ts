import { ArrivalWatch } from "./arrival-watch.ts";
import { relayBackoffMs } from "./retry.ts";
import { readEvents, type ServerEvent } from "./read-events.ts";
import { RecentEvents } from "./recent-events.ts";
import { isFinal } from "./relay-failure.ts";
import type { ReadingMode, ReadingOutcome } from "./reading.ts";
import { ReadingMemory } from "./reading-memory.ts";
import { ANSWER_TIMEOUT_MS, openEventStream } from "./relay-request.ts";
import { pause, Renewal } from "./renewal.ts";
import { SignalError } from "./signal-error.ts";

/** How long a stream may be silent, milliseconds: a relay ends each response after about 25 s (S-2), so by then the connection is dead. */
const IDLE_MS = 40_000;
/**
 * How long the relay may take to respond right after a change of network, milliseconds: Node may reuse a connection that is dead. The next attempt uses
 * a fresh one and has the usual time limit.
 */
const RENEWED_ANSWER_MS = 3000;
/** A response that ends sooner than this without new events counts as a failure, milliseconds: otherwise a relay that ends each one at once causes a tight loop. */
const MIN_RESPONSE_MS = 1000;

/** How long the relay keeps a long poll without events, seconds: as long as an event stream lasts (S-2). */
const POLL_S = 25;
/** Shortest time from one long poll to the next, milliseconds: below the relay's cap of 60 openings in 10 s, if each has an event. */
const POLL_PACE_MS = 200;

/** How far the events were read, across responses and readers. */
export class EventPosition {
  lastId: string | undefined;
  readonly recent: RecentEvents = new RecentEvents();
}

export interface FollowOptions {
  readonly fetch: typeof fetch | undefined;
  readonly url: string;
  readonly key: string;
  readonly position: EventPosition;
  readonly signal: AbortSignal;
  /** The relay announced long polls (L-16), which are used while event streams are held back. @default false */
  readonly polls?: boolean | undefined;
  /** How the relay's events were read before. @default nothing is known of it */
  readonly memory?: ReadingMemory | undefined;
  /** Reopens the stream when the network changes. */
  readonly renewal?: Renewal;
  /** Called when the head of a response has arrived. */
  readonly onOpen?: (() => void) | undefined;
  /** Called with each failure that is retried. */
  readonly onTrouble?: ((error: SignalError) => void) | undefined;
}

/**
 * An endless event stream: reopened at once after a normal end and about 1 s after a failure (S-2), each time with the last event id. Polled while something
 * holds event streams back, if the relay can do that (L-17). Yields no event twice. Ends when the signal aborts.
 * @throws {SignalError} `unauthorized`, `forbidden`, `not-found` and `over-cap`
 */
export async function* followEvents(options: FollowOptions): AsyncGenerator<ServerEvent, void, undefined> {
  const { signal, polls = false, memory = new ReadingMemory(), renewal = new Renewal() } = options;
  let failures = 0;
  let renewed = false;
  while (!signal.aborted) {
    const mode = polls ? memory.reading.mode : "stream";
    const round = renewal.round(signal);
    const watch = new ArrivalWatch(() => polls && mode === "stream" && round.end());
    const times: ResponseTimes = { startMs: performance.now() };
    let outcome: ReadingOutcome = "short";
    let fresh = false;
    let trouble: SignalError | undefined;
    try {
      for await (const event of readOnce({ ...options, signal: round.signal, onBytes: watch.arrived }, { mode, renewed, times })) {
        fresh = true;
        yield event;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof SignalError && !isFinal(error) && error.reason !== "over-cap") trouble = error;
      else if (error !== round.signal.reason) throw error;
    } finally {
      outcome = watch.over();
      round.over();
    }
    renewed = round.renewed;
    if (polls) memory.note(mode, renewed ? "renewed" : trouble ? "failed" : outcome);
    const checkFollows = polls && mode === "stream" && outcome === "held" && trouble === undefined;
    const worked = renewed || fresh || mode === "check" || lastedMs(times, mode) >= MIN_RESPONSE_MS;
    if (worked) failures = 0;
    if (renewed || checkFollows || (trouble === undefined && worked)) {
      if (mode === "poll" && !renewed) await pause(POLL_PACE_MS - lastedMs(times, mode), renewal, signal);
      continue;
    }
    trouble ??= new SignalError("unreachable", "the relay ended the event stream as soon as it was open");
    failures += 1;
    options.onTrouble?.(trouble);
    await pause(relayBackoffMs(failures, trouble.retryAfterMs), renewal, signal);
  }
}

/** By `performance.now()`, milliseconds. */
interface ResponseTimes {
  /** When it was requested. */
  readonly startMs: number;
  /** When its head arrived. */
  openedMs?: number;
}

/** How long a response has lasted, milliseconds. The head of a poll that is held back arrives only with its end. */
function lastedMs({ startMs, openedMs }: ResponseTimes, mode: ReadingMode): number {
  const sinceMs = mode === "stream" ? openedMs : startMs;
  return sinceMs === undefined ? 0 : performance.now() - sinceMs;
}

const QUERIES: Record<ReadingMode, string> = { stream: "", check: "?poll=0", poll: `?poll=${POLL_S}` };

/** The new events of one response. */
async function* readOnce(
  options: FollowOptions & { readonly onBytes: () => void },
  { mode, renewed, times }: { readonly mode: ReadingMode; readonly renewed: boolean; readonly times: ResponseTimes },
): AsyncGenerator<ServerEvent, void, undefined> {
  const { fetch, key, position, signal, onBytes } = options;
  const headers = {
    Accept: "text/event-stream",
    "Cache-Control": "no-cache",
    ...(position.lastId === undefined ? {} : { "Last-Event-ID": position.lastId }),
  };
  const answerMs = mode === "poll" ? POLL_S * 1000 + ANSWER_TIMEOUT_MS : renewed ? RENEWED_ANSWER_MS : ANSWER_TIMEOUT_MS;
  const response = await openEventStream({ fetch, url: options.url + QUERIES[mode], key, method: "GET", headers, signal, answerMs });
  times.openedMs = performance.now();
  options.onOpen?.();
  for await (const event of readEvents(response, { signal, idleMs: IDLE_MS, onBytes })) {
    if (event.id !== undefined && isUsableId(event.id)) {
      position.lastId = event.id === "" ? undefined : event.id;
      if (position.recent.seen(event.id, event.data)) continue;
    }
    yield event;
  }
}

/** Longest event id that is stored, characters. A rangecast relay's ids are numbers. */
const MAX_ID_CHARACTERS = 128;

/** Whether an id can be sent in a header. */
function isUsableId(id: string): boolean {
  return id.length <= MAX_ID_CHARACTERS && /^[\u0020-\u007e]*$/u.test(id);
}
