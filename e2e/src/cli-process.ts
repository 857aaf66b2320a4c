/** The built program as users run it: a process of its own, with a home of its own. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Ended, startTextProcess, type TextProcess } from "@rangecast/testkit/processes/text-process";

export const CLI: string = fileURLToPath(new URL("../../packages/cli/bin/rangecast.js", import.meta.url));

/** Longest that a run may take before it counts as hung, milliseconds. */
const RUN_TIMEOUT_MS = 20_000;

export interface Home {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  remove(): Promise<void>;
}

/** An empty home folder, and an environment that knows no other. */
export async function createHome(): Promise<Home> {
  const folder = await mkdtemp(join(tmpdir(), "rangecast-cli-"));
  const xdg = { XDG_CONFIG_HOME: join(folder, "config"), XDG_DATA_HOME: join(folder, "data"), XDG_STATE_HOME: join(folder, "state") };
  const env = { PATH: process.env["PATH"], HOME: folder, ...xdg };
  return { folder, env, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

export type { Ended };
export type Running = TextProcess;

export interface StartOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  /** Longest that it may take, milliseconds. @default 20,000 */
  readonly timeoutMs?: number;
  /** What it reads on standard input. @default nothing */
  readonly input?: string;
}

export function startCli(home: Home, args: readonly string[], { env, timeoutMs, ...options }: StartOptions = {}): Running {
  return startTextProcess(process.execPath, [CLI, ...args], {
    cwd: home.folder,
    env: { ...home.env, ...env },
    limitMs: timeoutMs ?? RUN_TIMEOUT_MS,
    ...options,
  });
}

export const runCli = (home: Home, args: readonly string[], options: StartOptions = {}): Promise<Ended> =>
  startCli(home, args, options).ended;

/** The lines of a `--json` run, each of which must be an object of its own. */
export function jsonLines(stdout: string): Array<Record<string, unknown>> {
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
