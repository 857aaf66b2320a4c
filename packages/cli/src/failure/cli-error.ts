import { ExpectedError } from "@rangecast/base";
import { ExitCode } from "./exit-code.ts";

/** Failures that the user can do something about. Each has its own exit code. */
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
  | "not-built"
  | "bad-link"
  | "host-offline"
  | "host-busy"
  | "no-connection"
  | "file-changed"
  | "remote-failed"
  | "exists"
  | "in-use"
  | "no-space"
  | "cannot-write";

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
  "bad-link": ExitCode.badLink,
  "host-offline": ExitCode.hostOffline,
  "host-busy": ExitCode.hostBusy,
  "no-connection": ExitCode.noConnection,
  "file-changed": ExitCode.fileChanged,
  "remote-failed": ExitCode.remoteFailed,
  exists: ExitCode.exists,
  "in-use": ExitCode.inUse,
  "no-space": ExitCode.noSpace,
  "cannot-write": ExitCode.cannotWrite,
};

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

  get exitCode(): ExitCode {
    return EXIT_CODES[this.reason];
  }
}

/** The system's code of an error (`ENOENT`, …), if it has one. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
