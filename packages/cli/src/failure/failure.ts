/** What a thrown thing means to the person at the terminal: one line, and a number. */
import { systemErrorWords } from "@rangecast/daemon";
import { CommanderError } from "commander";
import { CliError, systemCode } from "./cli-error.ts";
import { ExitCode } from "./exit-code.ts";
import { printable } from "../format.ts";

export interface Failure {
  /** For programs: a CliError's reason, or "unexpected". */
  readonly reason: string;
  /** One line. */
  readonly message: string;
  readonly exitCode: ExitCode;
  /** See CliError. */
  readonly resumable?: boolean;
}

const MAX_MESSAGE_CHARACTERS = 1000;
const REPORT = "This is a fault of rangecast: run it again with --verbose and report what it says.";

/** `undefined` for help and version, which commander "throws" too, and which are no failures. */
export function describeFailure(error: unknown): Failure | undefined {
  if (error instanceof CommanderError) return error.exitCode === 0 ? undefined : usageFailure(error);
  if (error instanceof CliError) return cliFailure(error);
  const message = unforeseenWords(error);
  return { reason: "unexpected", message: oneLine(`${message || "an error without words"}. ${REPORT}`), exitCode: ExitCode.unexpected };
}

/** The system's own words name system calls and codes; they are told with --verbose. */
function unforeseenWords(error: unknown): string {
  if (systemCode(error)?.startsWith("E") === true && !systemCode(error)?.startsWith("ERR_"))
    return `The system refused something: ${systemErrorWords(error)}`;
  return error instanceof Error ? error.message : String(error);
}

function cliFailure({ reason, message, exitCode, resumable }: CliError): Failure {
  return { reason, message: oneLine(message), exitCode, ...(resumable === undefined ? {} : { resumable }) };
}

function usageFailure({ code, message }: CommanderError): Failure {
  const words = oneLine(message.replace(/^error: /, ""));
  const hint = code === "commander.unknownCommand" ? 'To share a file: "rangecast share FILE".' : 'See "rangecast --help".';
  return { reason: "usage", message: `${/[.!?)]$/.test(words) ? words : `${words}.`} ${hint}`, exitCode: ExitCode.usage };
}

function oneLine(text: string): string {
  return printable(text.trim().replaceAll(/\s*\n\s*/g, " "), MAX_MESSAGE_CHARACTERS);
}

/** For `--verbose`: the stacks of an error and of what caused it. */
export function causesOf(error: unknown): string {
  const stacks: string[] = [];
  for (let cause = error; cause !== undefined && stacks.length < MAX_CAUSES; cause = cause instanceof Error ? cause.cause : undefined) {
    stacks.push(cause instanceof Error ? (cause.stack ?? cause.message) : JSON.stringify(cause));
  }
  return stacks.join("\ncaused by: ");
}

/** A chain of causes longer than this is a circle. */
const MAX_CAUSES = 8;
