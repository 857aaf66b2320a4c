import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { type ProcessOptions, startProcess } from "./start-process.ts";
import { Watchers } from "./watchers.ts";

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program whose output is kept as text. */
export interface TextProcess {
  readonly child: ChildProcessWithoutNullStreams;
  readonly stdout: () => string;
  readonly ended: Promise<Ended>;
  /**
   * Waits until standard output matches.
   * @throws if the program ends first
   */
  until(pattern: RegExp): Promise<RegExpExecArray>;
}

export interface TextProcessOptions extends ProcessOptions {
  /** The program is killed after this time, milliseconds. */
  readonly limitMs: number;
}

/** Starts a program whose output is read as text. */
export function startTextProcess(command: string, args: readonly string[], { limitMs, ...options }: TextProcessOptions): TextProcess {
  const { child, stderr, exited, failsAtEnd } = startProcess(command, args, options);
  const timer = setTimeout(() => child.kill("SIGKILL"), limitMs);
  const watchers = new Watchers();
  let stdout = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
    watchers.changed();
  });
  const end = async (): Promise<Ended> => {
    const code = await exited;
    clearTimeout(timer);
    return { code, stdout, stderr: stderr() };
  };
  return {
    child,
    stdout: () => stdout,
    ended: end(),
    until: (pattern) =>
      watchers.waitFor(
        () => pattern.exec(stdout) ?? undefined,
        failsAtEnd(() => `${JSON.stringify(stdout)} without ${pattern}`),
      ),
  };
}
