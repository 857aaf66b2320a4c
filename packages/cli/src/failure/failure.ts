/** Turns a thrown error into what the user gets: one line and an exit code. */
import { systemErrorWords } from "@rangecast/daemon";
import { CommanderError } from "commander";
import { CliError, systemCode } from "./cli-error.ts";
import { type ExitCode, exitCodeOf } from "./exit-code.ts";
import { printableMessage } from "../format.ts";

export interface Failure {
  /** For programs: a CliError's reason, or "unexpected". */
  readonly reason: string;
  /** One line. */
  readonly message: string;
  readonly exitCode: ExitCode;
  /** See CliError. */
  readonly resumable?: boolean;
}

const REPORT = "This is a bug in rangecast: run the command again with --verbose, and report what it prints.";

/** Returns `undefined` for help and version: commander throws for those as well, but they are not failures. */
export function describeFailure(error: unknown): Failure | undefined {
  if (error instanceof CommanderError) return error.exitCode === 0 ? undefined : usageFailure(error);
  if (error instanceof CliError) return cliFailure(error);
  const message = unexpectedMessage(error);
  return {
    reason: "unexpected",
    message: oneLine(`${message || "an error without a message"}. ${REPORT}`),
    exitCode: exitCodeOf("unexpected"),
  };
}

/** The system's own messages name system calls and codes; they are printed only with --verbose. */
function unexpectedMessage(error: unknown): string {
  if (systemCode(error)?.startsWith("E") === true && !systemCode(error)?.startsWith("ERR_"))
    return `A system call failed: ${systemErrorWords(error)}`;
  return error instanceof Error ? error.message : String(error);
}

function cliFailure({ reason, message, resumable }: CliError): Failure {
  return { reason, message: oneLine(message), exitCode: exitCodeOf(reason), ...(resumable === undefined ? {} : { resumable }) };
}

function usageFailure({ code, message }: CommanderError): Failure {
  const problem = oneLine(message.replace(/^error: /, ""));
  const hint = code === "commander.unknownCommand" ? 'To share a file: "rangecast share FILE".' : 'See "rangecast --help".';
  return { reason: "usage", message: `${/[.!?)]$/.test(problem) ? problem : `${problem}.`} ${hint}`, exitCode: exitCodeOf("usage") };
}

function oneLine(text: string): string {
  return printableMessage(text.trim().replaceAll(/\s*\n\s*/g, " "));
}

/** For `--verbose`: the stack traces of an error and of its causes. */
export function causesOf(error: unknown): string {
  const stacks: string[] = [];
  for (let cause = error; cause !== undefined && stacks.length < MAX_CAUSES; cause = cause instanceof Error ? cause.cause : undefined) {
    stacks.push(cause instanceof Error ? (cause.stack ?? cause.message) : JSON.stringify(cause));
  }
  return stacks.join("\ncaused by: ");
}

/** A longer chain of causes is assumed to be circular. */
const MAX_CAUSES = 8;
