/*
 * The peer in Rust on str0m (e2e/peers/rust), built where cargo and OpenSSL's headers are installed. A first build fetches and compiles about 70 crates:
 * a file's tests with this peer wait for it (PEER_START_LIMIT_MS).
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type JsonProcess, startJsonProcess } from "@rangecast/testkit/processes/json-process";
import { buildProgram, CACHE } from "./built-program.ts";

const SOURCE = fileURLToPath(new URL("../../peers/rust", import.meta.url));
/** What cargo keeps between builds. */
const TARGET = join(CACHE, "rust-target");
/** Milliseconds: it takes minutes on one slow core, and as much for the network. */
export const BUILD_TIMEOUT_MS = 900_000;
/** Version 1.x of Rust that str0m 0.24 needs. */
const MIN_MINOR_VERSION = 89;

const cargoVersion = spawnSync("cargo", ["--version"], { encoding: "utf8" });

/** Why the peer can't be built here; undefined where it can. */
export function whyNoRust(): string | undefined {
  if (cargoVersion.status !== 0) return "cargo is not installed";
  const [, minor] = /^cargo 1\.(\d+)\./u.exec(cargoVersion.stdout) ?? [];
  if (Number(minor) < MIN_MINOR_VERSION) return `cargo is older than 1.${MIN_MINOR_VERSION}`;
  if (spawnSync("pkg-config", ["--exists", "openssl"]).status !== 0) return "pkg-config or libssl-dev is not installed";
  return undefined;
}

let building: Promise<string> | undefined;

/** Builds the peer, once for each state of its source. @returns its path; undefined where it can't be built */
export async function buildRust(): Promise<string | undefined> {
  if (whyNoRust() !== undefined) return undefined;
  building ??= buildProgram({
    name: "rust-peer",
    folder: SOURCE,
    reads: (file) => /\.rs$|^Cargo\.(toml|lock)$/u.test(file),
    compiler: cargoVersion.stdout,
    command: () => ["cargo", "build", "--release", "--locked", "--target-dir", TARGET],
    leaves: join(TARGET, "release", "rust-peer"),
    timeoutMs: BUILD_TIMEOUT_MS,
  });
  return building;
}

/** Starts a whole connection of str0m, which takes commands on stdin. */
export async function startStr0m(): Promise<JsonProcess> {
  const binary = await buildRust();
  if (binary === undefined) throw new Error(`${whyNoRust()}: a test that needs the peer must be skipped`);
  return startJsonProcess(binary, [], { keepStdinOpen: true });
}
