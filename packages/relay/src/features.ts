import { LONG_POLL_FEATURE } from "@rangecast/signal";

/** What this relay can do beyond the base protocol. Announced to daemons and viewers with their tokens, and in the response to a probe. */
export const FEATURES: readonly string[] = [LONG_POLL_FEATURE];
