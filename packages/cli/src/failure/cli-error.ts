import { ExpectedError } from "@rangecast/base";
import type { StopReason } from "../stop-signals.ts";
import { EXIT_CODES, type ExitReason } from "./exit-code.ts";

/** Failures that the user can do something about. Each has its own exit code. */
export type CliErrorReason = Exclude<ExitReason, "ok" | "unexpected" | "check-failed" | StopReason>;

/**
 * An expected failure: printed as one line that explains what is wrong and what to do, without a stack trace. Every other error is a bug in
 * rangecast, and is reported as one.
 */
export class CliError extends ExpectedError<CliErrorReason> {
  override readonly name = "CliError";
  /** Whether the same command can continue where it stopped; set only by commands that can. */
  readonly resumable?: boolean;

  constructor(reason: CliErrorReason, message: string, options?: { readonly cause?: unknown; readonly resumable?: boolean }) {
    super(reason, message, options);
    if (options?.resumable !== undefined) this.resumable = options.resumable;
  }
}

/** The failure that another process of this program describes. */
export function cliErrorOf(reason: string, message: string): CliError {
  return new CliError(reason in EXIT_CODES ? (reason as CliErrorReason) : "relay-failed", message);
}

/** The system's code of an error (`ENOENT`, …), if it has one. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
