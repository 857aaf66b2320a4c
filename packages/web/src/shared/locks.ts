/* Names of the Web Locks by which pages, engines and the service worker see that another one has died. */

/** Held exclusively by a page for as long as it lives. */
export function lifeLockName(clientId: string): string {
  return `rangecast-page-${clientId}`;
}

/** Held in shared mode by each engine that has a response open. A new worker takes over only when no engine holds it. */
export const RESPONSES_LOCK = "rangecast-responses";

/** Held exclusively by an engine in a worker for as long as it lives. When the page gets it, the engine has died. */
export function engineLockName(id: string): string {
  return `rangecast-engine-${id}`;
}
