/** Ranges that an agent serves at once, a session (protocol 1.3). */
export const BASE_RANGES = 4;

/**
 * The same of an agent that announces `many-ranges`, to a browser that announced itself: enough that the pieces of a window of a few hundred
 * KB are a frame or two each, so that requests go out as evenly as bytes come in.
 */
export const MANY_RANGES = 32;
