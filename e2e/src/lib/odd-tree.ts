/** A folder with everything that makes copying a folder hard, and comparing it with a copy. */
import { execFile } from "node:child_process";
import { lstat, mkdir, readdir, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/** Time of the files, milliseconds since 1970. As a fraction of seconds it is exact. */
export const OLD_MS = 1_500_000_000_500;
const OLD = new Date(OLD_MS);

const ODD_NAMES: readonly string[] = [
  " leading",
  "trailing. ",
  "-rf",
  ".hidden",
  "a\nb\t",
  "a:b?*",
  "back\\slash",
  "CON",
  "Amélie — 天使.txt",
  "100%25.txt",
];
const NOT_UTF8 = Buffer.from("caf\xe9.txt", "latin1");

/** Makes odd names, empty files and folders, and deep ones. Folders get their time last. */
export async function makeOddTree(folder: string): Promise<void> {
  await mkdir(join(folder, "deep", "er", "and", "empty"), { recursive: true });
  for (const name of ODD_NAMES) await put(join(folder, "deep", name), name);
  await put(Buffer.concat([Buffer.from(`${folder}/deep/`), NOT_UTF8]), "bytes");
  await put(join(folder, "empty.txt"), "");
  for (const path of ["deep/er/and/empty", "deep/er/and", "deep/er", "deep"]) await utimes(join(folder, path), OLD, OLD);
}

export async function makeSmallFiles(folder: string, count: number, bytes: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (let number = 0; number < count; number += 1) await writeFile(join(folder, `${number}.bin`), Buffer.alloc(bytes, `${number} `));
}

/** A file with a hole of this length, and data at both ends. */
export async function makeSparse(path: string, bytes: number): Promise<void> {
  await writeFile(path, "the start");
  await truncate(path, bytes);
  await writeFile(path, "the end", { flag: "a" });
}

async function put(path: string | Buffer, text: string): Promise<void> {
  await writeFile(path, text);
  await utimes(path, OLD, OLD);
}

/** What diff(1) finds between two folders; empty if they have the same content. */
export async function differences(one: string, other: string): Promise<string> {
  try {
    return (await promisify(execFile)("diff", ["-r", one, other])).stdout;
  } catch (error) {
    return String((error as { stdout?: unknown }).stdout ?? error);
  }
}

/** The latest of the folders' times and a file's, whose times are kept, milliseconds. */
export async function timesOf(folder: string): Promise<number[]> {
  const paths = ["deep", "deep/er/and/empty", "deep/ leading", "empty.txt"];
  return Promise.all(paths.map(async (path) => Math.round((await lstat(join(folder, path))).mtimeMs)));
}

/** Bytes of the longest part of a folder's download; 0 if there is none. */
export async function partBytes(target: string): Promise<number> {
  const parts = join(target, ".rangecast-parts");
  const names = await readdir(parts).catch(() => []);
  // A part may be complete by the time it is looked at.
  const sizes = await Promise.all(
    names.map((name) =>
      lstat(join(parts, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return Math.max(0, ...sizes);
}
