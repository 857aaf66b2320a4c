// npm run soak -- [--minutes N]: installs and builds what is needed, then lets viewers come and go for a while, and checks which resources remain.
import { runBuilt } from "./lib/run-built.mjs";

await runBuilt("e2e", "dist", "soak", "main.js");
