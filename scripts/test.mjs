// npm test: also works on a fresh clone.
import { testRun } from "./lib/test-run.mjs";
import { TEST_GROUPS } from "./lib/vitest.mjs";

await testRun(TEST_GROUPS);
