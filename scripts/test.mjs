// npm test: on a fresh clone as on any other. Its last line is `N passed, N failed, N skipped`, alone.
import { requireNode } from "./lib/root.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { ensureBuilt } from "./lib/build.mjs";
import { ensureMachine } from "./lib/machine.mjs";
import { NO_TESTS, runVitest, sum } from "./lib/vitest.mjs";

requireNode();

/** Nothing could be tested: that is a failure, and one that counts. */
function notEvenStarted(code) {
  return code === 0 ? undefined : { ...NO_TESTS, failed: 1, code };
}

function runTests() {
  const unable = notEvenStarted(ensureInstalled() || ensureBuilt());
  if (unable !== undefined) return unable;
  const missing = ensureMachine();
  for (const line of missing) console.error(`rangecast: ${line}`);
  const result = ["unit", "e2e"].map((project) => runVitest(project)).reduce(sum, NO_TESTS);
  // Again, where it is read: behind pages of failures.
  for (const line of missing) console.error(`rangecast: ${line}`);
  return result;
}

const { passed, failed, skipped, code } = runTests();
console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = code !== 0 ? code : failed > 0 ? 1 : 0;
