import { systemErrorWords } from "@rangecast/daemon";
import { printable } from "../format.ts";
import { CliError, type CliErrorReason, systemCode } from "./cli-error.ts";

export interface ProgramToStart {
  readonly program: string;
  readonly reason: CliErrorReason;
  /** What it is, at the beginning of a sentence: "The player". */
  readonly role: string;
  /** What to do if there is no such program: a sentence. */
  readonly advice: string;
}

/** Another program can't be started. @param cause the system's error */
export function cannotStartProgram({ program, reason, role, advice }: ProgramToStart, cause: unknown): CliError {
  const shown = printable(program);
  if (systemCode(cause) === "ENOENT") return new CliError(reason, `There is no program ${shown}. ${advice}`, { cause });
  return new CliError(reason, `${role} ${shown} can't be started: ${systemErrorWords(cause)}.`, { cause });
}
