import { existsSync, readFileSync } from "node:fs";
import { fromRoot } from "./root.mjs";
import { npmCommand, runQuietly } from "./run.mjs";

/** Installs the packages of the lock file, unless they are already there. Resolves to an exit code. */
export async function ensureInstalled() {
  if (isInstalledAsLocked()) return 0;
  console.error("rangecast: installing dependencies (only once) …");
  const [npm, before] = npmCommand();
  // The build needs TypeScript and Vite, even if NODE_ENV is production.
  const code = await runQuietly(npm, [...before, "ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"]);
  if (code !== 0) console.error('rangecast: "npm ci" failed; its output is above. Is the network available?');
  return code;
}

/**
 * Compares content, because file times mean nothing after a checkout. npm records in node_modules what it installed; every package of the lock file must be
 * there in the same version. Optional packages may be missing (they are for other platforms).
 */
function isInstalledAsLocked() {
  const installed = packagesOf(fromRoot("node_modules", ".package-lock.json"));
  const wanted = packagesOf(fromRoot("package-lock.json"));
  if (installed === undefined || wanted === undefined) return false;
  return Object.entries(wanted).every(([path, { version, link, optional, resolved }]) => {
    if (path === "") return true;
    const there = installed[path];
    if (there === undefined) return optional === true;
    return existsSync(fromRoot(path)) && there.version === version && (link !== true || there.resolved === resolved);
  });
}

function packagesOf(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8")).packages;
  } catch {
    return undefined;
  }
}
