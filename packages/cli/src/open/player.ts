/** A player that `rangecast open --player` starts, and that ends with it. */
import { type ChildProcess, spawn, type StdioOptions } from "node:child_process";
import { onAbort, within } from "@rangecast/base";
import type { CliError } from "../failure/cli-error.ts";
import { cannotStartProgram } from "../failure/program-failure.ts";
import { printable } from "../format.ts";

/** How long a player may take to end after SIGTERM before it is killed, milliseconds. */
const END_MS = 2000;

export interface PlayerOptions {
  /** A program, with options separated by spaces. */
  readonly command: string;
  readonly url: string;
  readonly stdio: StdioOptions;
  /** Ends the player. */
  readonly signal: AbortSignal;
}

/** How a player ended. */
export interface PlayerEnd {
  /** Null if a signal ended it. */
  readonly code: number | null;
}

/** Runs the player until it ends by itself, or `signal` aborts. @throws CliError `player-failed` if it can't be started */
export async function runPlayer({ command, url, stdio, signal }: PlayerOptions): Promise<PlayerEnd> {
  const [program = "", ...args] = command.trim().split(/\s+/u);
  if (signal.aborted) return { code: null };
  // No shell: the address is one argument, and nothing in it is a command.
  const child = spawn(program, [...args, url], { stdio, windowsHide: true });
  const ended = endOf(child, program);
  const unlisten = onAbort(signal, () => void end(child, ended));
  try {
    return await ended;
  } finally {
    unlisten();
  }
}

function endOf(child: ChildProcess, program: string): Promise<PlayerEnd> {
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => resolve({ code }));
    child.once("error", (cause) => reject(refusal(program, cause)));
  });
}

async function end(child: ChildProcess, ended: Promise<PlayerEnd>): Promise<void> {
  child.kill("SIGTERM");
  const inTime = await within(
    END_MS,
    ended.catch(() => undefined),
  );
  if (!inTime) child.kill("SIGKILL");
}

function refusal(program: string, cause: unknown): CliError {
  const advice = `Install it, or give its whole path: --player /path/to/${printable(program)}.`;
  return cannotStartProgram({ program, reason: "player-failed", role: "The player", advice }, cause);
}
