import { fileURLToPath } from "node:url";

import { type Event, startJsonProcessAndWait } from "@rangecast/testkit/processes/json-process";

import type { Target } from "../../page/api.ts";

const OUR_PROGRAM = fileURLToPath(new URL("../programs/our-daemon.js", import.meta.url));

/** A program of a run. */
export interface BenchProgram {
  readonly pid: number;
  /** Its first event. */
  readonly first: Readonly<Record<string, unknown>>;
  /** Returns the first matching event, past or future. @throws if the program ends, or after a time limit */
  waitFor(matches: (event: Event) => boolean, limitMs?: number): Promise<Event>;
  /** SIGINT, then SIGKILL. */
  stop(): Promise<unknown>;
}

/**
 * Starts a program and waits for its first event. Its standard input ends with this process, and it ends with that.
 * @param env variables beside this process's
 * @throws if it ends, or prints nothing in time
 */
export async function startBenchProgram(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<BenchProgram> {
  const options = { keepStdinOpen: true, showStderr: true, env: { ...process.env, ...env } };
  const { running, first } = await startJsonProcessAndWait(command, args, options);
  const { pid } = running.child;
  if (pid === undefined) throw new Error(`${command} has no process id`);
  return { pid, first, waitFor: (matches, limitMs) => running.waitFor(matches, limitMs), stop: running.stop };
}

/** What our daemon serves, and to whom. */
export interface OurDaemonSetup {
  readonly base: string;
  readonly key: string;
  readonly file: string;
  /** One viewer each. */
  readonly sessionIds: readonly string[];
  readonly transport: "own" | "native";
}

/** Serves one file in each session, in a process of its own. */
export function startOurDaemon({ base, key, file, sessionIds, transport }: OurDaemonSetup): Promise<BenchProgram> {
  return startBenchProgram(process.execPath, [OUR_PROGRAM, base, key, file, ...sessionIds], { RANGECAST_TRANSPORT: transport });
}

export function startPionDaemon(binary: string, { base, sessionId, key }: Target, file: string): Promise<BenchProgram> {
  const session = ["--base", base, "--session", sessionId, "--key", key];
  return startBenchProgram(binary, ["daemon", ...session, "--file", file, "--no-mdns"]);
}
