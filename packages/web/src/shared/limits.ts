/* Limits on which page, engine and service worker agree. Measurements are in docs/decisions and the e2e tests. */

const KIB = 1024;

/**
 * Maximum number of bytes sent to a response and not yet taken by its reader. Bounds the memory per response, and is far above what a hop between two
 * threads of one browser needs.
 */
export const CREDIT_BYTES: number = 1024 * KIB;

/** Smallest message with bytes, unless {@link FLUSH_AFTER_MS} pass first. */
export const MIN_CHUNK_BYTES: number = 64 * KIB;

/** Largest message, bytes. Larger ones are no faster, and cost more when they are cancelled. */
export const MAX_CHUNK_BYTES: number = 256 * KIB;

/** How long bytes wait for more before they are sent, milliseconds: not noticeable, but longer than the gap between two frames. */
export const FLUSH_AFTER_MS = 8;

/**
 * Interval between keep-alives while a response is open, milliseconds. Firefox stops an idle worker after 30 s and then shows the truncated download as
 * complete. This interval allows two keep-alives to be lost.
 */
export const PING_INTERVAL_MS = 10_000;

/** Number of unanswered pings of one response after which its worker counts as dead. Not a time: a laptop that slept has missed no pings. */
export const MAX_UNANSWERED_PINGS = 3;

/**
 * Longest time that the worker waits for a resource's facts, milliseconds. The page has those of its file in memory; another resource is opened at the host
 * first.
 */
export const PAGE_ANSWER_TIMEOUT_MS = 15_000;

/** Longest time that the page waits for the worker to send the page's client id, milliseconds. The worker starts within 100. */
export const WORKER_ANSWER_TIMEOUT_MS = 10_000;

/** Longest time that the page waits for a newer worker's script, milliseconds. It has a few kilobytes, but may have to wait for other transfers. */
export const WORKER_UPDATE_TIMEOUT_MS = 30_000;

/**
 * Longest time that the page waits for its engine to start in a worker before it runs the engine itself, milliseconds. Most of it is the script's download,
 * and the page would have to fetch as much.
 */
export const ENGINE_START_TIMEOUT_MS = 10_000;

/** Version of the messages in worker-messages.ts. A page doesn't use a worker with another version: it has the worker replaced, or asks to be reloaded. */
export const MESSAGES_VERSION = 5;
