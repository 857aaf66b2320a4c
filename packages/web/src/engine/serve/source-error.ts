import { ExpectedError } from "@rangecast/base";
/**
 * Why bytes don't come: `gone` (another version, or none, is there now), `not-ready` (nothing is there yet), `ended` (the host won't serve any more), `broken`
 * (the host can't read it, or said something that makes no sense).
 */
export type SourceErrorReason = "gone" | "not-ready" | "ended" | "broken";

/** Expected: a response that can't be served, or not to its end. */
export class SourceError extends ExpectedError<SourceErrorReason> {
  override readonly name = "SourceError";
}
