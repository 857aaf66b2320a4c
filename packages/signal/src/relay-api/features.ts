/* What a relay can do beyond the base protocol, and how it announces that. Imports nothing: the page's first script needs no more of this package. */

/** The relay serves its events by long polls, too (L-16). */
export const LONG_POLL_FEATURE = "long-poll";
/** The header of a probe's response with the names of the relay's features, separated by commas (P-1). */
export const FEATURES_HEADER = "Rangecast-Features";
