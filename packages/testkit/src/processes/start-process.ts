import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";

/** Longest that a program may take to end after SIGINT before it is killed, milliseconds. */
const STOP_LIMIT_MS = 10_000;
/** Number of characters of standard error that an error message quotes, the last ones. */
const QUOTED_CHARACTERS = 500;

export interface ProcessOptions {
  /** @default this process's */
  readonly cwd?: string;
  /** @default this process's */
  readonly env?: NodeJS.ProcessEnv;
  /** User and group id. @default this process's */
  readonly uid?: number;
  /** What it reads on standard input, which ends after it. @default nothing */
  readonly input?: string;
  /** Leaves standard input open, without `input`. It ends with this process, so that a program that watches it ends too. @default false */
  readonly keepStdinOpen?: boolean;
  /** Copies what it prints on standard error to this process's. @default false */
  readonly showStderr?: boolean;
}

export interface StartedProcess {
  readonly child: ChildProcessWithoutNullStreams;
  /** What it has printed on standard error. */
  readonly stderr: () => string;
  /** Resolves once it has ended and all its output is read. Null if a signal ended it, or if it could not be started. */
  readonly exited: Promise<number | null>;
  /** SIGINT, then SIGKILL if it is still running after 10 s. Returns the exit code. */
  readonly stop: () => Promise<number | null>;
  /** Rejects when it ends. `printed` is what the message quotes of its standard output. */
  readonly failsAtEnd: (printed: () => string) => Promise<never>;
}

/** Starts a program. Its standard output is the caller's to read. */
export function startProcess(command: string, args: readonly string[], options: ProcessOptions = {}): StartedProcess {
  const { cwd, env, uid, input, keepStdinOpen = false, showStderr = false } = options;
  const child = spawn(command, args, {
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  if (showStderr) child.stderr.pipe(process.stderr, { end: false });
  // A program that doesn't read its standard input may end before this is written.
  child.stdin.on("error", () => undefined);
  if (!keepStdinOpen) child.stdin.end(input);
  // "close" follows "error" as well, if the program could not be started.
  child.on("error", (error) => (errors += error.message));
  const exited = new Promise<number | null>((resolve) => child.on("close", () => resolve(child.pid === undefined ? null : child.exitCode)));
  return {
    child,
    stderr: () => errors,
    exited,
    stop: () => stopProcess(child, exited),
    failsAtEnd: async (printed) => {
      const code = await exited;
      const quoted = JSON.stringify(errors.slice(-QUOTED_CHARACTERS));
      throw new Error(`${command} ended with ${code ?? child.signalCode}; it printed ${printed()}, and on standard error ${quoted}`);
    },
  };
}

async function stopProcess(child: ChildProcessWithoutNullStreams, exited: Promise<number | null>): Promise<number | null> {
  child.kill("SIGINT");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
  const code = await exited;
  clearTimeout(timer);
  return code;
}
