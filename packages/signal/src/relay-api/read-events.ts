import { createParser } from "eventsource-parser";
import { EventSizeGuard } from "./event-size-guard.ts";
import { onAbort } from "@rangecast/base";
import { SignalError } from "./signal-error.ts";
import { startTimer } from "@rangecast/base";

/** One server-sent event that was dispatched. */
export interface ServerEvent {
  /** An event without a name is a `signal` (protocol 1.1). */
  readonly event: string;
  readonly id: string | undefined;
  readonly data: string;
}

export interface ReadEventsOptions {
  readonly signal: AbortSignal;
  /** How long nothing at all may come, not even a heartbeat, milliseconds. @default no limit */
  readonly idleMs?: number;
}

const UNNAMED_EVENT = "signal";

/**
 * Reads server-sent events off one response until it ends; comments and `retry` are passed over, and an event that the end cuts off is dropped.
 * Reads no further than it is asked to, and cancels the body when it is left.
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
      const stopTimer = startTimer(idleMs, () => cancel(new SignalError("unreachable", "the relay went silent")));
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
