/** Interval of progress events, milliseconds. */
export const PROGRESS_INTERVAL_MS = 1000;

/** Time over which the rate of a progress event is measured, milliseconds: four samples, so that it neither jumps nor lags. */
export const RATE_SPAN_MS: number = 3 * PROGRESS_INTERVAL_MS;
