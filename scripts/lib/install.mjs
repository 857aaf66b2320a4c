import { existsSync, readFileSync } from "node:fs";
import { fromRoot } from "./root.mjs";
import { npmCommand, runQuietly } from "./run.mjs";

/** Installs what the lock file says, unless it is there already. Resolves to an exit code. */
export async function ensureInstalled() {
  if (isInstalledAsLocked()) return 0;
  console.error("rangecast: installing what it needs, once …");
  const [npm, before] = npmCommand();
  // The build needs TypeScript and Vite, also where NODE_ENV says production.
  const code = await runQuietly(npm, [...before, "ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"]);
  if (code !== 0) console.error('rangecast: "npm ci" failed; what it said is above. Is the network there?');
  return code;
}

/**
 * By content, as times say nothing after a checkout: npm notes in node_modules what it installed, and everything that the lock file wants must be
 * there in the same version. What is optional may be absent (it is for other platforms).
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
