/* What all packages share: expected errors, waits and time limits, backoff, rates, base64url, paths of a tree, percent-encoding. Runs anywhere. */
export { fromBase64url, toBase64url } from "./base64url.ts";
export { backoffMs, type BackoffPolicy } from "./backoff.ts";
export type { ByteRange } from "./byte-range.ts";
export { createDeferred, type Deferred } from "./deferred.ts";
export { isEntryName, isEntryPath } from "./entry-path.ts";
export { ExpectedError } from "./expected-error.ts";
export { onAbort } from "./on-abort.ts";
export { percentDecode, percentEncode } from "./percent.ts";
export { RateMeter } from "./rate-meter.ts";
export { abortable, sleep, startTimer, within, withDeadline } from "./wait.ts";
export { watchSleep } from "./watch-sleep.ts";
