import { execFile, spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import type { Target } from "../../page/api.ts";
import { type Child, startChild } from "./child.ts";

/** Which daemon serves. */
export type DaemonKind = "ours" | "pion";

/** From bench/dist/src/rig. */
const PION_SOURCE = fileURLToPath(new URL("../../../../e2e/peers/pion", import.meta.url));
const OUR_PROGRAM = fileURLToPath(new URL("../programs/our-daemon.js", import.meta.url));
/** A first build fetches and compiles pion, milliseconds. */
const BUILD_LIMIT_MS = 240_000;

/** Builds the pion peer into a folder. @returns its path; undefined where Go isn't installed */
export async function buildPion(folder: string): Promise<string | undefined> {
  if (spawnSync("go", ["version"]).status !== 0) return undefined;
  const binary = join(folder, "pion-peer");
  await promisify(execFile)("go", ["build", "-o", binary, "."], { cwd: PION_SOURCE, timeout: BUILD_LIMIT_MS });
  return binary;
}

/** Serves one file in one session, in a process of its own. */
export function startOurDaemon({ base, sessionId, key }: Target, file: string): Promise<Child> {
  return startChild(process.execPath, [OUR_PROGRAM, base, sessionId, key, file]);
}

export function startPionDaemon(binary: string, { base, sessionId, key }: Target, file: string): Promise<Child> {
  const session = ["--base", base, "--session", sessionId, "--key", key];
  return startChild(binary, ["daemon", ...session, "--file", file, "--no-mdns"]);
}
