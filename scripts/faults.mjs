// npm run faults -- [OPTIONS]: installs and builds what is needed, then does all that can go wrong to a film that plays and a get that runs.
import { runBuilt } from "./lib/run-built.mjs";

await runBuilt("e2e", "dist", "faults", "main.js");
