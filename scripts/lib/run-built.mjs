import { pathToFileURL } from "node:url";
import { fromRoot, requireNode } from "./root.mjs";
import { ensureInstalled } from "./install.mjs";
import { ensureBuilt } from "./build.mjs";
import { ensureMachine } from "./machine.mjs";

/** Installs and builds what is needed, then runs a built program of this checkout in this process, with the same arguments. */
export async function runBuilt(...parts) {
  requireNode();
  const code = (await ensureInstalled()) || (await ensureBuilt());
  if (code !== 0) process.exit(code);
  for (const line of await ensureMachine()) console.error(line);
  const main = fromRoot(...parts);
  process.argv = [process.execPath, main, ...process.argv.slice(2)];
  await import(pathToFileURL(main).href);
}
