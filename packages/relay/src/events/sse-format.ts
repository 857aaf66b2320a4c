/*
 * Server-sent events as the base protocol writes them (protocol 1.1; WHATWG HTML, 9.2.6). One block:
 *
 *   event: signal
 *   id: 17
 *   data: {"from":"browser", ...}
 *   (empty line)
 */

/** How long a reader waits after a failure, milliseconds; the first line of each response (protocol 1.1). */
const RETRY_MS = 1500;
const LINE_BREAK = /[\r\n]/;

/** The first block of each response. */
export const RETRY_BLOCK: string = `retry: ${RETRY_MS}\n\n`;
/** A comment: readers skip it, proxies see that the response lives. */
export const HEARTBEAT_BLOCK = ": heartbeat\n\n";

export interface OutgoingEvent {
  readonly event: string;
  readonly id?: number;
  readonly data: string;
}

export function formatEvent({ event, id, data }: OutgoingEvent): string {
  if (LINE_BREAK.test(event) || LINE_BREAK.test(data)) {
    throw new TypeError("an event's name and data are one line each");
  }
  return `event: ${event}\n${id === undefined ? "" : `id: ${id}\n`}data: ${data}\n\n`;
}

/** `Last-Event-ID`; anything but the digits of one of our ids counts as none, so the reader gets all. */
export function lastEventIdOf(request: Request): number | undefined {
  const text = request.headers.get("last-event-id") ?? "";
  const id = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(id) ? id : undefined;
}
