// npm test: on a fresh clone as on any other.
import { testRun } from "./lib/test-run.mjs";
import { TEST_PROJECTS } from "./lib/vitest.mjs";

await testRun(TEST_PROJECTS);
