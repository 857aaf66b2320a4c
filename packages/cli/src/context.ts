import type { Colors } from "picocolors/types.js";
import type { LogVolume, Logger } from "./output/logger.ts";
import type { Terminal } from "./output/terminal.ts";
import type { ResolvePath } from "./paths.ts";
import type { StopSignals } from "./stop-signals.ts";

/** The environment in which a command runs: everything it needs of the process. */
export interface Context {
  readonly env: NodeJS.ProcessEnv;
  /** Resolves relative paths against the current folder. */
  readonly resolvePath: ResolvePath;
  readonly terminal: Terminal;
  /** Read for a link that is not given as an argument. */
  readonly stdin: NodeJS.ReadStream;
  /** For the bytes of a file; write to it only after `terminal.divert()`. */
  readonly stdout: NodeJS.WriteStream;
  readonly colors: Colors;
  readonly stop: StopSignals;
  createLogger(volume: LogVolume): Logger;
}

/** The options of output, as commander parses them. */
export interface OutputFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** `--verbose` together with `--quiet`: only the link on standard output, and the full log on standard error. */
export function volumeOf({ quiet, verbose }: Pick<OutputFlags, "quiet" | "verbose">): LogVolume {
  return verbose === true ? "verbose" : quiet === true ? "quiet" : "normal";
}
