// npm start -- FILE [OPTIONS]: installs and builds what is needed, then `rangecast share FILE`. Without a file it shares the demo clip.
import { fromRoot, requireNode } from "./lib/root.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { ensureBuilt } from "./lib/build.mjs";
import { withFile } from "./lib/with-file.mjs";

/** The program's exit code for a current folder that is gone. */
const NO_FOLDER = 3;

requireNode();
const code = (await ensureInstalled()) || (await ensureBuilt());
if (code !== 0) process.exit(code);

const args = await withFile(process.argv.slice(2), fromRoot("examples", "demo.mp4"));
// Paths are relative to the user's current folder; npm has changed to the root of the checkout.
try {
  process.chdir(process.env.INIT_CWD ?? process.cwd());
} catch {
  console.error("rangecast: The current folder is gone, or can't be used. Change to another one.");
  process.exit(NO_FOLDER);
}
// No question how others should reach it (--yes): the first look is at this computer's own browser. In this process, so that signals and exit codes work as in the program itself.
process.argv = [process.execPath, fromRoot("packages", "cli", "bin", "rangecast.js"), "share", "--yes", ...args];
await import("../packages/cli/bin/rangecast.js");
