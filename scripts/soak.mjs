// npm run soak -- [--minutes N]: installs and builds what is needed, then has viewers come and go for a while, and looks at what stays.
import { runBuilt } from "./lib/run-built.mjs";

await runBuilt("e2e", "dist", "soak", "main.js");
