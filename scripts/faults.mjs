// npm run faults -- [OPTIONS]: installs and builds what is needed, then causes each fault while a film plays and a get runs.
import { runBuilt } from "./lib/run-built.mjs";

await runBuilt("e2e", "dist", "faults", "main.js");
