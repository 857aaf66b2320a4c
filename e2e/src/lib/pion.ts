/*
 * The peer of the base protocol in Go (e2e/peers/pion), built where `go` is installed. A first build fetches modules and takes minutes:
 * global-setup.ts does it before any test.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type JsonProcess, startJsonProcess } from "@rangecast/testkit/processes/json-process";
import { buildProgram } from "./built-program.ts";

const SOURCE = fileURLToPath(new URL("../../peers/pion", import.meta.url));
/** A first build fetches and compiles pion and the standard library, milliseconds: two minutes on a machine with one slow core, and as much for the network. */
const PION_BUILD_TIMEOUT_MS = 420_000;

const goVersion = spawnSync("go", ["version"], { encoding: "utf8" });
/** Whether the interop tests can run here; where not, they say that they were skipped. */
export const goIsInstalled: boolean = goVersion.status === 0;

let building: Promise<string> | undefined;

/** Builds the peer, once for each state of its source. @returns its path; undefined where go isn't installed */
export async function buildPion(): Promise<string | undefined> {
  if (!goIsInstalled) return undefined;
  building ??= buildProgram({
    name: "pion-peer",
    folder: SOURCE,
    reads: (file) => /\.go$|^go\.(mod|sum)$/u.test(file) && !file.endsWith("_test.go"),
    compiler: goVersion.stdout,
    command: (output) => ["go", "build", "-o", output, "."],
    timeoutMs: PION_BUILD_TIMEOUT_MS,
  });
  return building;
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
  return startJsonProcess(await pionBinary(), [role, ...common, ...args]);
}

async function pionBinary(): Promise<string> {
  const binary = await buildPion();
  if (binary === undefined) throw new Error("go is not installed: a test that needs the peer must be skipped");
  return binary;
}
