import { devNull } from "node:os";
import { fromRoot } from "./root.mjs";
import { isInstalled, runQuietly } from "./run.mjs";

/**
 * Has Go fetch and compile what the interop peer needs, which takes a minute with empty caches; its tests then only link it.
 * A failure is shown here, and fails those tests.
 */
export async function fetchGoModules() {
  if (!isInstalled("go")) return;
  await runQuietly("go", ["build", "-o", devNull, "."], { cwd: fromRoot("e2e", "peers", "pion") });
}
