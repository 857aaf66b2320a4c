import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout's root folder. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export const fromRoot = (...parts) => join(ROOT, ...parts);

/** What the scripts keep between runs; goes with node_modules. */
export const cacheFile = (name) => fromRoot("node_modules", ".cache", "rangecast", name);

/** Ends the process with a clear line on a Node that is too old; the scripts themselves run on anything since 18. */
export function requireNode() {
  const wanted = JSON.parse(readFileSync(fromRoot("package.json"), "utf8")).engines.node.replace(/^\D+/, "");
  const [wantedMajor, wantedMinor] = wanted.split(".").map(Number);
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  console.error(
    `rangecast needs Node ${wanted} or newer; this is ${process.versions.node}. Get one from https://nodejs.org, and start again.`,
  );
  process.exit(1);
}
