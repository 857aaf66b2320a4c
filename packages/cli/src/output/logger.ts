/** The program's log on standard error: one line per entry, without control characters. */
import { createConsola, type ConsolaReporter, LogLevels } from "consola";
import { printable } from "../format.ts";
import type { Terminal } from "./terminal.ts";

/** The same interface as in the other packages. */
export interface Logger {
  debug(message: string, fields?: object): void;
  info(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
}

/** `verbose`: everything, with the time; `normal`: warnings and errors; `quiet`: errors. */
export type LogVolume = "verbose" | "normal" | "quiet";

const LEVELS: Readonly<Record<LogVolume, number>> = { verbose: LogLevels.debug, normal: LogLevels.warn, quiet: LogLevels.error };
const MAX_FIELD_CHARACTERS = 500;

export function createLogger(terminal: Pick<Terminal, "warn">, volume: LogVolume, now: () => Date = () => new Date()): Logger {
  const write: ConsolaReporter["log"] = ({ type, args }) => {
    const [message, fields] = args as [string, object | undefined];
    const time = volume === "verbose" ? `${now().toISOString().slice("2026-01-01T".length, -1)} ` : "";
    terminal.warn(`${time}${type}: ${printable(message, MAX_FIELD_CHARACTERS)}${fieldsText(fields, volume === "verbose")}`);
  };
  return createConsola({ level: LEVELS[volume], reporters: [{ log: write }] });
}

/** The causes of an error, which contain system calls and codes, are shown only with --verbose. */
function fieldsText(fields: object | undefined, verbose: boolean): string {
  return Object.entries(fields ?? {})
    .filter(([, value]) => value !== undefined)
    .map(
      ([name, value]) =>
        ` ${name}=${printable(!verbose && value instanceof Error ? value.message : valueText(value), MAX_FIELD_CHARACTERS)}`,
    )
    .join("");
}

/** Formats an error as its message and those of its causes, a single word as it is, and everything else as JSON. */
export function valueText(value: unknown): string {
  if (value instanceof Error) {
    const cause = value.cause === undefined ? "" : ` (${valueText(value.cause)})`;
    return `${value.message}${cause}`;
  }
  if (typeof value === "string") return /^[\w./:@+-]+$/.test(value) ? value : JSON.stringify(value);
  if (typeof value === "bigint") return String(value);
  return JSON.stringify(value) ?? String(value);
}
