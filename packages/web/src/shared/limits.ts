/* What page, engine and worker must agree on. Figures: research and measurements are in docs/decisions and the e2e tests. */

const KIB = 1024;

/**
 * Bytes that the page may have sent ahead of what a response's reader took. Bounds memory a response; far above what one hop
 * between two threads of one browser needs.
 */
export const CREDIT_BYTES: number = 1024 * KIB;

/** The page gathers at least this much into one message, bytes, unless the network is slower than {@link FLUSH_AFTER_MS}. */
export const MIN_CHUNK_BYTES: number = 64 * KIB;

/** Largest message, bytes: past this the hop is no faster and a cancelled one costs more. */
export const MAX_CHUNK_BYTES: number = 256 * KIB;

/** How long gathered bytes wait for more, milliseconds: less than anybody notices, longer than the gap between two frames. */
export const FLUSH_AFTER_MS = 8;

/**
 * Time between two signs of life while a response is open, milliseconds. Firefox ends an idle worker at 30 s, and then passes the
 * cut-off download off as finished; this leaves it two chances.
 */
export const PING_INTERVAL_MS = 10_000;

/** Pings of one response without an answer after which its worker counts as dead. Counted, not timed: a laptop that slept has missed none. */
export const MAX_UNANSWERED_PINGS = 3;

/** Longest that the worker waits for the page to say what a file is, milliseconds: the page answers from memory, at once unless it hangs. */
export const PAGE_ANSWER_TIMEOUT_MS = 15_000;

/** Longest that the page waits for the worker's word on who they are, milliseconds: a start of the worker takes under 100. */
export const WORKER_ANSWER_TIMEOUT_MS = 10_000;

/** Longest that the page waits for a newer worker's script, milliseconds: a few kilobytes, behind whatever else the connections carry. */
export const WORKER_UPDATE_TIMEOUT_MS = 30_000;

/**
 * Longest that the page waits for its engine to start in a worker, milliseconds, until it runs the engine itself: the script's way here is most of it, and the
 * page would have to fetch as much.
 */
export const ENGINE_START_TIMEOUT_MS = 10_000;

/**
 * Version of the messages in worker-messages.ts. A page whose worker speaks another one doesn't use it: it has the worker replaced, or asks to be reloaded.
 */
export const MESSAGES_VERSION = 2;
