import { relayBackoffMs } from "./retry.ts";
import { readEvents, type ServerEvent } from "./read-events.ts";
import { RecentEvents } from "./recent-events.ts";
import { isFinal } from "./relay-failure.ts";
import { openEventStream, type RelayRequest } from "./relay-request.ts";
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

/** How far a stream was read, across its responses and its readers. */
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
  /** Reopens the stream when the network changes. */
  readonly renewal?: Renewal;
  /** Called when the head of a response has arrived. */
  readonly onOpen?: (() => void) | undefined;
  /** Called with each failure that is retried. */
  readonly onTrouble?: ((error: SignalError) => void) | undefined;
}

/**
 * An endless event stream: reopened at once after a normal end and about 1 s after a failure (S-2), each time with the last event id. Yields no event
 * twice. Ends when the signal aborts.
 * @throws {SignalError} `unauthorized`, `forbidden`, `not-found` and `over-cap`
 */
export async function* followEvents(options: FollowOptions): AsyncGenerator<ServerEvent, void, undefined> {
  const { signal, renewal = new Renewal() } = options;
  let failures = 0;
  let renewed = false;
  while (!signal.aborted) {
    const hurry = renewed ? { answerMs: RENEWED_ANSWER_MS } : {};
    const round = renewal.round(signal);
    let openedMs: number | undefined;
    let fresh = false;
    let trouble: SignalError | undefined;
    try {
      for await (const event of readOnce({ ...options, ...hurry, signal: round.signal }, () => (openedMs = performance.now()))) {
        fresh = true;
        yield event;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof SignalError && !isFinal(error) && error.reason !== "over-cap") trouble = error;
      else if (error !== round.signal.reason) throw error;
    } finally {
      round.over();
    }
    renewed = round.renewed;
    const worked = renewed || fresh || (openedMs !== undefined && performance.now() - openedMs >= MIN_RESPONSE_MS);
    if (worked) failures = 0;
    if (renewed || (trouble === undefined && worked)) continue;
    trouble ??= new SignalError("unreachable", "the relay ended the event stream as soon as it was open");
    failures += 1;
    options.onTrouble?.(trouble);
    await pause(relayBackoffMs(failures, trouble.retryAfterMs), renewal, signal);
  }
}

/** The new events of one response. */
async function* readOnce(
  options: FollowOptions & Pick<RelayRequest, "answerMs">,
  opened: () => void,
): AsyncGenerator<ServerEvent, void, undefined> {
  const { position, signal, ...request } = options;
  const headers = {
    Accept: "text/event-stream",
    "Cache-Control": "no-cache",
    ...(position.lastId === undefined ? {} : { "Last-Event-ID": position.lastId }),
  };
  const response = await openEventStream({ ...request, method: "GET", headers, signal });
  opened();
  options.onOpen?.();
  for await (const event of readEvents(response, { signal, idleMs: IDLE_MS })) {
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
