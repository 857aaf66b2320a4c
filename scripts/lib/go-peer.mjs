import { devNull } from "node:os";
import { fromRoot } from "./root.mjs";
import { isInstalled, runQuietly } from "./run.mjs";

/**
 * Makes Go download and compile the interop peer's dependencies, which takes a minute with empty caches; its tests then only link it.
 * A failure is printed here, and makes those tests fail.
 */
export async function fetchGoModules() {
  if (!isInstalled("go")) return;
  await runQuietly("go", ["build", "-o", devNull, "."], { cwd: fromRoot("e2e", "peers", "pion") });
}
