/* The programs that fetch and play an address of the local servers. */
import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Longest that one run may take, milliseconds: it ends a hanging test. */
const LIMIT_MS = 60_000;
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Why a program can't be used; undefined if it can. */
export function whyNo(program: "curl" | "mpv"): string | undefined {
  return spawnSync(program, ["--version"]).status === 0 ? undefined : `${program} is not installed`;
}

/** Runs curl without progress. @returns what it wrote on standard output */
export async function curl(...args: readonly string[]): Promise<Buffer> {
  const { stdout } = await run("curl", ["-sS", ...args], { encoding: "buffer", timeout: LIMIT_MS, maxBuffer: MAX_OUTPUT_BYTES });
  return stdout;
}

/** The duration of a film in seconds, as ffprobe finds it. */
export async function durationOf(url: string): Promise<number> {
  const { stdout } = await run("ffprobe", ["-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", url], {
    timeout: LIMIT_MS,
  });
  return Number(stdout);
}

/** The arguments with which mpv plays without a display, a sound card, and the settings of a user. */
export const SILENT_MPV: readonly string[] = ["--no-config", "--vo=null", "--ao=null", "--msg-level=all=error"];
