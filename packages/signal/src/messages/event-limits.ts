/** Longest line that a reader of events takes, bytes without its end (protocol 1.1). */
export const MAX_LINE_BYTES: number = 256 * 1024;
/** Largest event that a reader takes, bytes of its lines without comments (protocol 1.1). */
export const MAX_EVENT_BYTES: number = 1024 * 1024;
