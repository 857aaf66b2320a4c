/** One server-sent event that was dispatched. */
export interface ServerEvent {
  /** `message` is spelled `signal` here: an event without a name is one (protocol 1.1). */
  readonly event: string;
  readonly id: string | undefined;
  readonly data: string;
}

/** Longest line that a reader takes, bytes (protocol 1.1). */
export const MAX_LINE_BYTES: number = 256 * 1024;
/** Largest event that a reader takes, bytes of all its lines (protocol 1.1). */
export const MAX_EVENT_BYTES: number = 1024 * 1024;

/**
 * Reads server-sent events off one response until it ends. Cancels the body when it is left.
 * @throws {SignalError} `over-cap`; `unreachable` when the connection breaks; the signal's reason when it aborts
 */
export function readEvents(response: Response, options: { readonly signal: AbortSignal }): AsyncIterable<ServerEvent> {
  throw new Error("not written yet", { cause: [response, options] });
}
