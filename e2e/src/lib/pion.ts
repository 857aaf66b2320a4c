/*
 * The peer of the base protocol in Go (e2e/peers/pion), built once a test run where `go` is installed.
 */
import { execFile, spawnSync } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type JsonProcess, startJsonProcess } from "./processes.ts";

const SOURCE = fileURLToPath(new URL("../../peers/pion", import.meta.url));
/** A first build fetches and compiles pion, milliseconds. */
const BUILD_TIMEOUT_MS = 240_000;

/** Whether the interop tests can run here; where not, they say that they were skipped. */
export const goIsInstalled: boolean = spawnSync("go", ["version"]).status === 0;

let building: Promise<string> | undefined;

async function build(): Promise<string> {
  const binary = join(await mkdtemp(join(tmpdir(), "rangecast-pion-")), "pion-peer");
  await promisify(execFile)("go", ["build", "-o", binary, "."], { cwd: SOURCE, timeout: BUILD_TIMEOUT_MS });
  return binary;
}

export interface PionOptions {
  readonly base: string;
  readonly session: string;
  readonly key: string;
  readonly args: string[];
}

/** Starts the peer in one of its roles on loopback. */
export async function startPion(role: "daemon" | "browser", { base, session, key, args }: PionOptions): Promise<JsonProcess> {
  building ??= build();
  const common = ["--base", base, "--session", session, "--key", key, "--no-mdns"];
  return startJsonProcess(await building, [role, ...common, ...args]);
}
