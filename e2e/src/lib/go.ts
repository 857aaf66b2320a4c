/* Programs in Go, built where `go` is installed. */
import { spawnSync } from "node:child_process";
import { buildProgram } from "./built-program.ts";

/** A first build fetches and compiles modules and the standard library, milliseconds: two minutes on a machine with one slow core, and as much for the network. */
const BUILD_TIMEOUT_MS = 420_000;

const goVersion = spawnSync("go", ["version"], { encoding: "utf8" });
/** Whether programs in Go can be built here; tests that need one say that they were skipped where they can't. */
export const goIsInstalled: boolean = goVersion.status === 0;

const building = new Map<string, Promise<string>>();

/**
 * Builds a program, once for each state of its source.
 * @param folder of a module
 * @param name of the binary
 * @param program package of the program: one of the folder, or of a module that it requires. @default the folder itself
 * @returns its path; undefined where go isn't installed
 */
export async function buildGo(folder: string, name: string, program = "."): Promise<string | undefined> {
  if (!goIsInstalled) return undefined;
  const key = `${folder} ${program}`;
  let binary = building.get(key);
  if (binary === undefined) {
    binary = buildProgram({
      name,
      folder,
      reads: (file) => /\.go$|^go\.(mod|sum)$/u.test(file) && !file.endsWith("_test.go"),
      compiler: goVersion.stdout,
      command: (output) => ["go", "build", "-o", output, program],
      timeoutMs: BUILD_TIMEOUT_MS,
    });
    building.set(key, binary);
  }
  return binary;
}
