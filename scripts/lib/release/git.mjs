import { spawnSync } from "node:child_process";
import { ROOT } from "../root.mjs";
import { ReleaseError } from "./release-error.mjs";

/** Runs git. @throws {ReleaseError} with its message */
function git(...args) {
  const { status, stdout, stderr, error } = spawnSync("git", args, { cwd: ROOT, encoding: "utf8" });
  if (status !== 0) throw new ReleaseError(`git ${args[0]} failed: ${error?.message ?? stderr.trim()}`);
  return stdout;
}

export const tagOf = (version) => `v${version}`;

/** Paths that differ from the last commit, or that git doesn't know. */
export function changedPaths() {
  const entries = git("status", "--porcelain", "-z", "--no-renames").split("\0");
  return entries.filter((entry) => entry !== "").map((entry) => entry.slice("XY ".length));
}

/** Whether the tag exists. @throws {ReleaseError} if it is at another commit than HEAD */
export function isTagged(version) {
  const tag = tagOf(version);
  if (git("tag", "--list", tag).trim() === "") return false;
  if (git("rev-parse", `${tag}^{commit}`) === git("rev-parse", "HEAD")) return true;
  throw new ReleaseError(
    `The tag ${tag} is at another commit. To go on with that release: git checkout ${tag}. For a new one, choose another version.`,
  );
}

/** Puts files back as they were in the last commit. */
export const restore = (paths) => void git("checkout", "--", ...paths);

export function commitAndTag(version, paths) {
  git("commit", "--quiet", "--message", `release ${version}`, "--", ...paths);
  git("tag", "--annotate", tagOf(version), "--message", `rangecast ${version}`);
}
