import { requireNode } from "./root.mjs";
import { ensureInstalled } from "./install.mjs";
import { ensureBuilt } from "./build.mjs";
import { fetchGoModules } from "./go-peer.mjs";
import { ensureMachine } from "./machine.mjs";
import { NO_TESTS, runTests } from "./vitest.mjs";

/**
 * Runs groups of test projects on a fresh clone as on any other: installs and builds what they need first. The last line that is printed is
 * `N passed, N failed, N skipped`, alone.
 */
export async function testRun(groups) {
  requireNode();
  const { passed, failed, skipped, code } = await prepareAndRun(groups);
  console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exitCode = code !== 0 ? code : failed > 0 ? 1 : 0;
}

async function prepareAndRun(groups) {
  // npm and apt mostly wait for the network, each for another one.
  const [code, missing] = await Promise.all([installAndBuild(), prepareMachine({ long: groups.flat().includes("long") })]);
  // Nothing could be tested: that is a failure, and one that counts.
  if (code !== 0) return { ...NO_TESTS, failed: 1, code };
  for (const line of missing) console.error(`rangecast: ${line}`);
  const result = runTests(groups);
  // Again, behind pages of failures.
  for (const line of missing) console.error(`rangecast: ${line}`);
  return result;
}

async function installAndBuild() {
  return (await ensureInstalled()) || (await ensureBuilt());
}

async function prepareMachine(tests) {
  const missing = await ensureMachine(tests);
  await fetchGoModules();
  return missing;
}
