/* Programs in other languages, built once for each state of their sources: the binaries are kept under node_modules. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { access, copyFile, mkdir, readdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Survives a build, and is nothing that a repository keeps. */
export const CACHE: string = fileURLToPath(new URL("../../../node_modules/.cache/rangecast", import.meta.url));
/** Characters of the hash that tells builds apart. */
const HASH_LENGTH = 16;

export interface ProgramSource {
  readonly name: string;
  /** Its folder. */
  readonly folder: string;
  /** Whether the build reads this file of the folder. */
  readonly reads: (file: string) => boolean;
  /** What else tells builds apart: the compiler's version. */
  readonly compiler: string;
  /** The compiler's command line, run in the folder. */
  readonly command: (output: string) => readonly [command: string, ...args: string[]];
  /** Where the command leaves the binary, if it can't be told. */
  readonly leaves?: string;
  readonly timeoutMs: number;
}

/** Builds a program, unless it was built from the same sources before. @returns the path of the binary */
export async function buildProgram({ name, folder, reads, compiler, command, leaves, timeoutMs }: ProgramSource): Promise<string> {
  const files = (await readdir(folder)).filter(reads);
  const hash = createHash("sha256").update(compiler);
  for (const file of files.toSorted()) hash.update(`\0${file}\0`).update(await readFile(join(folder, file)));
  const binary = join(CACHE, `${name}-${hash.digest("hex").slice(0, HASH_LENGTH)}`);
  try {
    await access(binary);
    return binary;
  } catch {
    // Not built yet.
  }
  await mkdir(CACHE, { recursive: true });
  // Under a name of its own first: two runs may build at once, and neither may see half a binary.
  const unfinished = `${binary}.${process.pid}`;
  const [program, ...args] = command(unfinished);
  await promisify(execFile)(program, args, { cwd: folder, timeout: timeoutMs });
  if (leaves !== undefined) await copyFile(leaves, unfinished);
  await rename(unfinished, binary);
  return binary;
}
