// What must hold before anything is changed.
import { runQuietlySync } from "./npm.mjs";
import { changedPaths } from "./git.mjs";
import { ReleaseError } from "./release-error.mjs";

/** The top-level domain of examples (RFC 2606): an address that nobody has filled in yet. */
const PLACEHOLDER = /^git\+https:\/\/[^/]*\.example\//u;

/** @throws {ReleaseError} */
export function requireCleanTree() {
  const changed = changedPaths();
  if (changed.length > 0)
    throw new ReleaseError(`There are changes that are not committed: ${changed.join(", ")}. Commit or stash them first.`);
}

/** @throws {ReleaseError} if the version isn't after the present one */
export function requireNewer(version, present) {
  const [wanted, current] = [version, present].map((text) => text.split("-")[0].split(".").map(Number));
  const index = wanted.findIndex((part, position) => part !== current[position]);
  const newer = index < 0 ? present.includes("-") && version !== present : wanted[index] > current[index];
  if (!newer) throw new ReleaseError(`${version} isn't after the present version, ${present}.`);
}

/** What keeps packages from being published; undefined if nothing does. */
export function publishTrouble({ provenance }, { repository }) {
  if (PLACEHOLDER.test(repository.url))
    return `The repository's address in package.json, ${repository.url}, is a placeholder. Set it there ("homepage", "bugs", "repository") and commit: a release copies it to the packages.`;
  if (provenance && !canProve())
    return "npm can state the packages' provenance only in GitHub Actions (permission id-token: write) and GitLab CI (SIGSTORE_ID_TOKEN). Run this command there, or add --no-provenance.";
  if (!provenance && runQuietlySync(["whoami"]).status !== 0) return "npm doesn't know you. Log in first: npm login";
  return undefined;
}

/** By the rules of npm's own check (libnpmpublish). */
function canProve() {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: github, SIGSTORE_ID_TOKEN: gitlab } = process.env;
  return (github ?? "") !== "" || (gitlab ?? "") !== "";
}
