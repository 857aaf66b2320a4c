import type { Colors } from "picocolors/types.js";
import type { LogVolume, Logger } from "./output/logger.ts";
import type { Terminal } from "./output/terminal.ts";
import type { ResolvePath } from "./paths.ts";
import type { StopSignals } from "./stop-signals.ts";

/** What a command has around it. */
export interface Context {
  readonly env: NodeJS.ProcessEnv;
  /** Relative paths count from the current folder. */
  readonly resolvePath: ResolvePath;
  readonly terminal: Terminal;
  /** For a link that is not an argument. */
  readonly stdin: NodeJS.ReadStream;
  /** For bytes: only after `terminal.divert()`. */
  readonly stdout: NodeJS.WriteStream;
  readonly colors: Colors;
  readonly stop: StopSignals;
  createLogger(volume: LogVolume): Logger;
}

export interface VolumeFlags {
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** `--verbose` beside `--quiet`: the link alone on standard output, and everything on standard error. */
export function volumeOf({ quiet, verbose }: VolumeFlags): LogVolume {
  return verbose === true ? "verbose" : quiet === true ? "quiet" : "normal";
}
