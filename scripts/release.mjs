// npm run release -- VERSION [--dry-run] [--no-publish] [--no-provenance]: checks, sets the version everywhere, commits, tags, and publishes every package.
// After a failure the same command goes on. CONTRIBUTING.md says how a release is made.
import { requireNode } from "./lib/root.mjs";
import { parseArguments } from "./lib/release/arguments.mjs";
import { ReleaseError } from "./lib/release/release-error.mjs";
import { release } from "./lib/release/release.mjs";

requireNode();
// Ctrl-C ends the program that runs at the moment; this one then puts the files back.
process.on("SIGINT", () => {});
try {
  release(parseArguments(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof ReleaseError)) throw error;
  console.error(`\nrelease: ${error.message}`);
  process.exitCode = 1;
}
