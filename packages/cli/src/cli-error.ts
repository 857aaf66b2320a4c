import { ExitCode } from "./exit-code.ts";

/** What a person can do something about, by name; each has an exit code of its own. */
export type CliErrorReason =
  | "usage"
  | "not-found"
  | "not-a-file"
  | "unreadable"
  | "port-in-use"
  | "cannot-listen"
  | "bad-tls"
  | "bad-config"
  | "relay-failed"
  | "not-built";

const EXIT_CODES: Readonly<Record<CliErrorReason, ExitCode>> = {
  usage: ExitCode.usage,
  "not-found": ExitCode.notFound,
  "not-a-file": ExitCode.notAFile,
  unreadable: ExitCode.unreadable,
  "port-in-use": ExitCode.portInUse,
  "cannot-listen": ExitCode.cannotListen,
  "bad-tls": ExitCode.badTls,
  "bad-config": ExitCode.badConfig,
  "relay-failed": ExitCode.relayFailed,
  "not-built": ExitCode.notBuilt,
};

/**
 * A failure that is the circumstances' fault, not ours: printed as one line that says what is wrong and what to do, never with a stack trace.
 * Everything else that is thrown is a fault of the program, and is reported as one.
 */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly reason: CliErrorReason;

  constructor(reason: CliErrorReason, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.reason = reason;
  }

  get exitCode(): ExitCode {
    return EXIT_CODES[this.reason];
  }
}

/** The system's code of an error (`ENOENT`, …), where it has one. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
