// npm run bench -- NAME [OPTIONS]: installs and builds what is needed, then runs the benchmark.
import { existsSync } from "node:fs";
import { fromRoot, requireNode } from "./lib/root.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { ensureBuilt } from "./lib/build.mjs";

requireNode();
const code = (await ensureInstalled()) || (await ensureBuilt());
if (code !== 0) process.exit(code);

const main = fromRoot("bench", "dist", "src", "main.js");
if (!existsSync(main)) {
  console.error("There are no benchmarks yet.");
  process.exit(1);
}
process.argv = [process.execPath, main, ...process.argv.slice(2)];
await import(`file://${main}`);
