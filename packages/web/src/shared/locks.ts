/* Names of the Web Locks by which pages and worker know of each other. */

/** Held by a page for as long as it lives, exclusively. */
export function lifeLockName(clientId: string): string {
  return `rangecast-page-${clientId}`;
}

/** Held, shared, by each page's engine while a response of its own is open: a new worker takes over only when nobody holds it. */
export const RESPONSES_LOCK = "rangecast-responses";

/** Held by an engine in a worker for as long as it lives, exclusively: by it the page sees that its engine died. */
export function engineLockName(id: string): string {
  return `rangecast-engine-${id}`;
}
