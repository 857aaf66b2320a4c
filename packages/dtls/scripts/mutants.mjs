/*
 * Do the tests notice if a check is missing? Each mutant takes one check out of a copy of the sources in memory, and some test must fail.
 *
 *   nice node packages/dtls/scripts/mutants.mjs [part of a rule's name …]
 *
 * Prints a table of mutants, and which tests caught each. Ends with 1 if one survives, or if its text is not in the sources any more.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { startVitest } from "vitest/node";
import { MUTANTS } from "./mutants/index.mjs";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** Runs tests with one text replaced. @returns the names of those that failed @throws if the sources don't have the text once */
async function failuresOf({ file, find, replace, tests }) {
  const path = `${ROOT}packages/${file}`;
  if (readFileSync(path, "utf8").split(find).length !== 2) throw new Error(`${file} does not have this text once: ${find}`);
  const mutate = {
    name: "mutate",
    enforce: "pre",
    transform: (code, id) => (id.split("?")[0] === path ? code.replace(find, () => replace) : undefined),
  };
  const vitest = await startVitest(
    "test",
    tests.map((name) => `packages/${name}.test.ts`),
    {
      config: false,
      root: ROOT,
      watch: false,
      include: ["packages/**/*.test.ts"],
      maxWorkers: 1,
      isolate: false,
      reporters: [{}],
      testTimeout: 20_000,
    },
    {
      plugins: [mutate],
      logLevel: "silent",
      resolve: { conditions: ["source"] },
      ssr: { resolve: { conditions: ["source", "node", "import", "default"] } },
    },
  );
  const modules = vitest.state.getTestModules();
  const failed = modules.flatMap((module) =>
    [...module.children.allTests("failed")].map(({ fullName }) => `${nameOf(module)}: ${fullName}`),
  );
  // A file that can't be loaded has no tests, and a process that ends has neither.
  failed.push(
    ...modules
      .filter((module) => module.state() === "failed" && module.errors().length > 0)
      .map((module) => `${nameOf(module)}: the whole file`),
  );
  if (vitest.state.getUnhandledErrors().length > 0) failed.push("an error that no test has caught");
  await vitest.close();
  process.exitCode = 0;
  return failed;
}

const nameOf = ({ relativeModuleId }) => relativeModuleId.replace(/^packages\/[^/]+\/src\/(.+)\.test\.ts$/u, "$1");

const print = (line) => process.stdout.write(`${line}\n`);
const wanted = process.argv.slice(2);
const chosen = MUTANTS.filter(({ rule }) => wanted.length === 0 || wanted.some((part) => rule.includes(part)));
let survivors = 0;
print("| mutant | caught by | tests |\n|---|---|---|");
for (const mutant of chosen) {
  const failed = await failuresOf(mutant);
  if (failed.length === 0) survivors += 1;
  print(`| ${mutant.rule} | ${failed[0]?.replaceAll("|", "/") ?? "**nothing**"} | ${failed.length} |`);
}
print(`\n${chosen.length} mutants, ${survivors} survived.`);
process.exitCode = survivors > 0 ? 1 : 0;
