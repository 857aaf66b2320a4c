import { existsSync, readdirSync, rmSync } from "node:fs";
import { fromRoot } from "./root.mjs";

/** What tsc writes for a source. */
const OUTPUT = /\.(?:js|d\.ts)(?:\.map)?$/u;
/** Folders of dist that others write, and empty themselves. */
const NOT_OF_TSC = /^(?:bundle|page|types)[/\\]/u;

/** Deletes what tsc wrote for sources that are gone: it would be imported, and packed, as if they were there. */
export function removeStaleOutputs() {
  for (const name of readdirSync(fromRoot("packages"))) {
    const dist = fromRoot("packages", name, "dist");
    if (!existsSync(dist)) continue;
    for (const path of readdirSync(dist, { recursive: true })) {
      if (!OUTPUT.test(path) || NOT_OF_TSC.test(path)) continue;
      if (!existsSync(fromRoot("packages", name, "src", path.replace(OUTPUT, ".ts")))) rmSync(fromRoot("packages", name, "dist", path));
    }
  }
}
