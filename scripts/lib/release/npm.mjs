import { spawnSync } from "node:child_process";
import { ROOT } from "../root.mjs";
import { npmCommand, run } from "../run.mjs";
import { ReleaseError } from "./release-error.mjs";

/** Runs npm on this terminal. @throws {ReleaseError} if it fails */
export function npm(...args) {
  const [command, before] = npmCommand();
  const code = run(command, [...before, ...args]);
  if (code !== 0) throw new ReleaseError(`npm ${args.slice(0, 2).join(" ")} failed with exit code ${code}; its output is above.`);
}

/** Runs npm, and returns its exit code and output. */
export function runQuietlySync(args) {
  const [command, before] = npmCommand();
  return spawnSync(command, [...before, ...args], { cwd: ROOT, encoding: "utf8" });
}
