/*
 * Server-sent events as the base protocol writes them (S-1; WHATWG HTML, 9.2.6). One block:
 *
 *   event: signal
 *   id: 17
 *   data: {"from":"browser", ...}
 *   (empty line)
 */

/** How long a reader waits after a failure, milliseconds; the first line of each response (PROTOCOL.md, section 2). */
const RETRY_MS = 1500;
const LINE_BREAK = /[\r\n]/;

/** The first block of each response. */
export const RETRY_BLOCK: string = `retry: ${RETRY_MS}\n\n`;
/** A comment: readers skip it, and proxies see that the response is active. */
export const HEARTBEAT_BLOCK = ": heartbeat\n\n";

export interface OutgoingEvent {
  readonly event: string;
  readonly id?: number;
  readonly data: string;
}

export function formatEvent({ event, id, data }: OutgoingEvent): string {
  if (LINE_BREAK.test(event) || LINE_BREAK.test(data)) {
    throw new TypeError("an event's name and data must be one line each");
  }
  return `event: ${event}\n${id === undefined ? "" : `id: ${id}\n`}data: ${data}\n\n`;
}

/** `Last-Event-ID`. A value that is not the digits of one of our ids is ignored, so that the reader gets all events. */
export function lastEventIdOf(request: Request): number | undefined {
  const text = request.headers.get("last-event-id") ?? "";
  const id = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(id) ? id : undefined;
}
