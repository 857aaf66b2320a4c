/* The built program as users run it, and a program of it that can be ended and started again with the same home folder. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CLI } from "../cli-process.ts";
import { type JsonProcess, startJsonProcess } from "@rangecast/testkit/processes/json-process";

export interface Surroundings {
  /** Home folder: settings and keys lie in it. */
  readonly home: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Words before the command: what runs it elsewhere, as in a network namespace. */
  readonly within?: readonly string[];
  /** Node, and the program's file. @default this process's, and the one of this checkout */
  readonly program?: readonly [node: string, cli: string];
}

export const makeHome = (): Promise<string> => mkdtemp(join(tmpdir(), "rangecast-home-"));

export const removeHome = (home: string): Promise<void> => rm(home, { recursive: true, force: true, maxRetries: 5 });

/** Command, arguments and environment of `rangecast ARGS` in its surroundings. */
export function commandOf(
  args: readonly string[],
  { home, env = {}, within = [], program = [process.execPath, CLI] }: Surroundings,
): { readonly command: string; readonly args: string[]; readonly env: NodeJS.ProcessEnv } {
  const [command = process.execPath, ...rest] = [...within, ...program, ...args];
  const xdg = { XDG_CONFIG_HOME: join(home, "config"), XDG_STATE_HOME: join(home, "state"), XDG_DATA_HOME: join(home, "data") };
  return { command, args: rest, env: { ...process.env, HOME: home, ...xdg, ...env } };
}

/** Starts `rangecast ARGS`, which must print JSON lines. */
export function startRangecast(args: readonly string[], surroundings: Surroundings): JsonProcess {
  const { command, args: rest, env } = commandOf(args, surroundings);
  return startJsonProcess(command, rest, { env });
}
