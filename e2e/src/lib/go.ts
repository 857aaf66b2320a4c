/* Programs in Go, built where `go` is installed. */
import { execFile, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { access, mkdir, readdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const CACHE = fileURLToPath(new URL("../../../node_modules/.cache/rangecast", import.meta.url));
/** A first build fetches and compiles modules and the standard library, milliseconds: two minutes on a machine with one slow core, and as much for the network. */
const BUILD_TIMEOUT_MS = 420_000;
/** Characters of the hash that tells builds apart. */
const HASH_LENGTH = 16;

const goVersion = spawnSync("go", ["version"], { encoding: "utf8" });
/** Whether programs in Go can be built here; tests that need one say that they were skipped where they can't. */
export const goIsInstalled: boolean = goVersion.status === 0;

const building = new Map<string, Promise<string>>();

/**
 * Builds the program in a folder, once for each state of its source: the binary is kept under node_modules.
 * @param folder of a module that is one package
 * @param name of the binary, before a hash of its source
 * @returns its path; undefined where go isn't installed
 */
export async function buildGo(folder: string, name: string): Promise<string | undefined> {
  if (!goIsInstalled) return undefined;
  let binary = building.get(folder);
  if (binary === undefined) {
    binary = build(folder, name);
    building.set(folder, binary);
  }
  return binary;
}

async function build(folder: string, name: string): Promise<string> {
  const binary = join(CACHE, `${name}-${await sourceHash(folder)}`);
  try {
    await access(binary);
    return binary;
  } catch {
    // Not built yet.
  }
  await mkdir(CACHE, { recursive: true });
  // Under a name of its own first: two runs may build at once, and neither may see half a binary.
  const unfinished = `${binary}.${process.pid}`;
  await promisify(execFile)("go", ["build", "-o", unfinished, "."], { cwd: folder, timeout: BUILD_TIMEOUT_MS });
  await rename(unfinished, binary);
  return binary;
}

async function sourceHash(folder: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => /\.go$|^go\.(mod|sum)$/u.test(name) && !name.endsWith("_test.go"));
  const hash = createHash("sha256").update(goVersion.stdout);
  for (const name of names.toSorted()) hash.update(`\0${name}\0`).update(await readFile(join(folder, name)));
  return hash.digest("hex").slice(0, HASH_LENGTH);
}
