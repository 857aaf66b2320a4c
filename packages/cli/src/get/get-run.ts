import type { Context } from "../context.ts";
import type { LinkDiagnosis } from "../remote/link-diagnosis.ts";
import type { ShareLink } from "@rangecast/signal";
import type { GetReporter } from "./report/get-event.ts";
import type { Destination, GetFlags } from "./settings.ts";

/** Interval of progress events, milliseconds: for a live display, and for lines. */
const LIVE_PROGRESS_MS = 250;
const LINE_PROGRESS_MS = 1000;

/** One run of `rangecast get`. */
export interface Run {
  readonly flags: GetFlags;
  readonly context: Context;
  readonly report: GetReporter;
  readonly destination: Destination;
  link?: ShareLink;
  diagnosis?: LinkDiagnosis;
  /** Bytes present at the end. */
  bytes: number;
  /** Whether the next run can use them. */
  kept: boolean;
}

/** Interval of progress events, milliseconds. */
export function progressInterval({ context }: Run): number {
  return context.terminal.interactive ? LIVE_PROGRESS_MS : LINE_PROGRESS_MS;
}
