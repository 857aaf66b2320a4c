/*
 * The peer of the base protocol in Go (e2e/peers/pion), where `go` is installed. It is built before any test, by global-setup.ts.
 */
import { execFile, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type JsonProcess, startJsonProcess } from "./processes.ts";

const SOURCE = fileURLToPath(new URL("../../peers/pion", import.meta.url));
/** A first build fetches and compiles pion, milliseconds. */
const BUILD_TIMEOUT_MS = 240_000;

/** Whether the interop tests can run here; where not, they say that they were skipped. */
export const goIsInstalled: boolean = spawnSync("go", ["version"]).status === 0;

const CACHE = fileURLToPath(new URL("../../../node_modules/.cache/rangecast", import.meta.url));

/** Builds the peer unless its sources were built before. Resolves to the program's path. */
export async function buildPion(): Promise<string> {
  const binary = await binaryPath();
  if ((await readdir(CACHE).catch(() => [] as string[])).some((name) => binary === join(CACHE, name))) return binary;
  await mkdir(CACHE, { recursive: true });
  const unfinished = `${binary}.${process.pid}`;
  await promisify(execFile)("go", ["build", "-o", unfinished, "."], { cwd: SOURCE, timeout: BUILD_TIMEOUT_MS });
  await rename(unfinished, binary);
  return binary;
}

/** Named after its sources, so that no test runs an older build. */
async function binaryPath(): Promise<string> {
  const hash = createHash("sha256");
  const sources = (await readdir(SOURCE)).filter((name) => /\.go$|^go\.(?:mod|sum)$/u.test(name)).sort();
  for (const name of sources) hash.update(`${name}\n`).update(await readFile(join(SOURCE, name)));
  return join(CACHE, `pion-peer-${hash.digest("hex").slice(0, 16)}`);
}

export interface PionOptions {
  readonly base: string;
  readonly session: string;
  readonly key: string;
  readonly args: string[];
}

/** Starts the peer in one of its roles on loopback. */
export async function startPion(role: "daemon" | "browser", { base, session, key, args }: PionOptions): Promise<JsonProcess> {
  const common = ["--base", base, "--session", session, "--key", key, "--no-mdns"];
  return startJsonProcess(await buildPion(), [role, ...common, ...args]);
}
