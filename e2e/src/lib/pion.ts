/*
 * The peer of the base protocol in Go (e2e/peers/pion), built where `go` is installed. A first build fetches modules and takes minutes:
 * global-setup.ts does it before any test.
 */
import { execFile, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { access, mkdir, readdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type JsonProcess, startJsonProcess } from "@rangecast/testkit/processes/json-process";

const SOURCE = fileURLToPath(new URL("../../peers/pion", import.meta.url));
const CACHE = fileURLToPath(new URL("../../../node_modules/.cache/rangecast", import.meta.url));
/** A first build fetches and compiles pion and the standard library, milliseconds: two minutes on a machine with one slow core, and as much for the network. */
const PION_BUILD_TIMEOUT_MS = 420_000;
/** Characters of the hash that tells builds apart. */
const HASH_LENGTH = 16;

const goVersion = spawnSync("go", ["version"], { encoding: "utf8" });
/** Whether the interop tests can run here; where not, they say that they were skipped. */
export const goIsInstalled: boolean = goVersion.status === 0;

let building: Promise<string> | undefined;

/** Builds the peer, once for each state of its source: the binary is kept under node_modules. @returns its path; undefined where go isn't installed */
export async function buildPion(): Promise<string | undefined> {
  if (!goIsInstalled) return undefined;
  building ??= build();
  return building;
}

async function build(): Promise<string> {
  const binary = join(CACHE, `pion-peer-${await sourceHash()}`);
  try {
    await access(binary);
    return binary;
  } catch {
    // Not built yet.
  }
  await mkdir(CACHE, { recursive: true });
  // Under a name of its own first: two runs may build at once, and neither may see half a binary.
  const unfinished = `${binary}.${process.pid}`;
  await promisify(execFile)("go", ["build", "-o", unfinished, "."], { cwd: SOURCE, timeout: PION_BUILD_TIMEOUT_MS });
  await rename(unfinished, binary);
  return binary;
}

async function sourceHash(): Promise<string> {
  const names = (await readdir(SOURCE)).filter((name) => /\.go$|^go\.(mod|sum)$/u.test(name) && !name.endsWith("_test.go"));
  const hash = createHash("sha256").update(goVersion.stdout);
  for (const name of names.toSorted()) hash.update(`\0${name}\0`).update(await readFile(join(SOURCE, name)));
  return hash.digest("hex").slice(0, HASH_LENGTH);
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

export interface PionAssociationOptions {
  /** A client begins the handshake. */
  readonly role: "client" | "server";
  readonly sendBytes: number;
}

/** Starts pion's SCTP association alone, straight over UDP, with an association of ours at this port of loopback. */
export async function startPionAssociation(port: number, { role, sendBytes }: PionAssociationOptions): Promise<JsonProcess> {
  const args = ["sctp", "--connect", `127.0.0.1:${port}`, "--role", role, "--send", String(sendBytes)];
  return startJsonProcess(await pionBinary(), args);
}

export interface PionDtlsOptions {
  readonly role: "client" | "server";
  /** Of our certificate. */
  readonly fingerprint: string;
  readonly args?: readonly string[];
}

/** Starts pion's DTLS alone, straight over UDP, with a connection of ours at this port of loopback. */
export async function startPionDtls(port: number, { role, fingerprint, args = [] }: PionDtlsOptions): Promise<JsonProcess> {
  const common = ["dtls", "--connect", `127.0.0.1:${port}`, "--role", role, "--fingerprint", fingerprint];
  return startJsonProcess(await pionBinary(), [...common, ...args]);
}

async function pionBinary(): Promise<string> {
  const binary = await buildPion();
  if (binary === undefined) throw new Error("go is not installed: a test that needs the peer must be skipped");
  return binary;
}
