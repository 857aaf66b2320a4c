import { fileURLToPath } from "node:url";

import { startJsonProcessAndWait } from "@rangecast/testkit/processes/json-process";

import type { Target } from "../../page/api.ts";

/** Which daemon serves. */
export type DaemonKind = "ours" | "pion";

const OUR_PROGRAM = fileURLToPath(new URL("../programs/our-daemon.js", import.meta.url));

/** A program of a run. */
export interface BenchProgram {
  readonly pid: number;
  /** Its first event. */
  readonly first: Readonly<Record<string, unknown>>;
  /** SIGINT, then SIGKILL. */
  stop(): Promise<unknown>;
}

/**
 * Starts a program and waits for its first event. Its standard input ends with this process, and it ends with that.
 * @throws if it ends, or prints nothing in time
 */
export async function startBenchProgram(command: string, args: readonly string[]): Promise<BenchProgram> {
  const { running, first } = await startJsonProcessAndWait(command, args, { keepStdinOpen: true, showStderr: true });
  const { pid } = running.child;
  if (pid === undefined) throw new Error(`${command} has no process id`);
  return { pid, first, stop: running.stop };
}

/** Serves one file in one session, in a process of its own. */
export function startOurDaemon({ base, sessionId, key }: Target, file: string): Promise<BenchProgram> {
  return startBenchProgram(process.execPath, [OUR_PROGRAM, base, sessionId, key, file]);
}

export function startPionDaemon(binary: string, { base, sessionId, key }: Target, file: string): Promise<BenchProgram> {
  const session = ["--base", base, "--session", sessionId, "--key", key];
  return startBenchProgram(binary, ["daemon", ...session, "--file", file, "--no-mdns"]);
}
