import { onAbort, startTimer } from "@rangecast/base";
import { createParser } from "eventsource-parser";
import { EventSizeGuard } from "./event-size-guard.ts";
import { SignalError } from "./signal-error.ts";

/** One server-sent event. */
export interface ServerEvent {
  /** An event without a name is a `signal` (S-1). */
  readonly event: string;
  readonly id: string | undefined;
  readonly data: string;
}

export interface ReadEventsOptions {
  readonly signal: AbortSignal;
  /** How long the stream may be silent, without even a heartbeat, milliseconds. @default no limit */
  readonly idleMs?: number;
  /** Called when bytes arrive. */
  readonly onBytes?: (() => void) | undefined;
}

const UNNAMED_EVENT = "signal";

/**
 * Reads server-sent events from one response until it ends. Skips comments and `retry`, and drops an event that the end cuts off. Reads only as far as the
 * consumer asks, and cancels the body when the consumer leaves the loop.
 * @throws {SignalError} `over-cap`; `unreachable` when the connection breaks or idles; the signal's reason when it aborts
 */
export async function* readEvents(response: Response, options: ReadEventsOptions): AsyncGenerator<ServerEvent, void, undefined> {
  const events: ServerEvent[] = [];
  const parser = createParser({
    onEvent: ({ event, id, data }) => events.push({ event: event ?? UNNAMED_EVENT, id, data }),
  });
  const guard = new EventSizeGuard();
  const decoder = new TextDecoder();
  for await (const chunk of readChunks(response, options)) {
    options.onBytes?.();
    guard.check(chunk);
    parser.feed(decoder.decode(chunk, { stream: true }));
    yield* events.splice(0);
  }
}

/** A body's chunks. @throws {SignalError} `unreachable`; the signal's reason when it aborts */
export async function* readChunks(
  response: Response,
  { signal, idleMs }: ReadEventsOptions,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  let failure: unknown;
  const cancel = (reason: unknown): void => {
    failure ??= reason;
    reader.cancel(reason).catch(() => undefined);
  };
  const unlisten = onAbort(signal, () => cancel(signal.reason));
  try {
    signal.throwIfAborted();
    for (;;) {
      const stopTimer = startTimer(idleMs, () => cancel(new SignalError("unreachable", "the relay stopped sending")));
      const { done, value } = await reader
        .read()
        .catch((error: unknown) => {
          throw failure ?? new SignalError("unreachable", "the connection to the relay broke", { cause: error });
        })
        .finally(stopTimer);
      if (failure !== undefined) throw failure;
      if (done) return;
      yield value;
    }
  } finally {
    unlisten();
    cancel(undefined);
  }
}
