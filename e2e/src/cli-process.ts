/** The built program as users run it: a process of its own, with a home of its own. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

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

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly stdout: () => string;
  readonly ended: Promise<Ended>;
  /** Waits until standard output matches; rejects when the program ends before. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
}

export interface StartOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  /** Longest that it may take, milliseconds. @default 20,000 */
  readonly timeoutMs?: number;
  /** What it reads on standard input. @default nothing */
  readonly input?: string;
}

export function startCli(home: Home, args: readonly string[], { cwd, env, uid, timeoutMs, input }: StartOptions = {}): Running {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: cwd ?? home.folder,
    env: { ...home.env, ...env },
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs ?? RUN_TIMEOUT_MS);
  const text = { stdout: "", stderr: "" };
  const waiting = new Set<() => void>();
  child.stdout.on("data", (chunk: Buffer) => {
    text.stdout += chunk.toString();
    for (const look of waiting) look();
  });
  child.stderr.on("data", (chunk: Buffer) => (text.stderr += chunk.toString()));
  // Who doesn't read it may end before it is written.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code, ...text });
    });
  });
  return {
    child,
    stdout: () => text.stdout,
    ended,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(text.stdout);
          if (match === null) return;
          waiting.delete(look);
          resolve(match);
        };
        waiting.add(look);
        void ended.then((result) => reject(new Error(`ended before ${pattern} came: ${JSON.stringify(result)}`)));
        look();
      }),
  };
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
