import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout's root folder. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export const fromRoot = (...parts) => join(ROOT, ...parts);

/** A file that the scripts keep between runs; it is deleted together with node_modules. */
export const cacheFile = (name) => fromRoot("node_modules", ".cache", "rangecast", name);

/** Exits with a clear message if Node is too old; the scripts themselves run on Node 18 and later. */
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
