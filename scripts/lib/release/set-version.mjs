// What a release changes in the manifests, the lock file and the changelog. Pure functions from text to text.
import { ReleaseError } from "./release-error.mjs";

const DEPENDENCY_FIELDS = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];
const UNRELEASED = "## Unreleased\n";

/** Sets the version of a manifest, and of its dependencies on the other packages of the workspace. `names` is the set of their names. */
export function manifestAt(manifest, version, names) {
  const changed = { ...manifest, version };
  for (const field of DEPENDENCY_FIELDS) {
    if (changed[field] === undefined) continue;
    changed[field] = Object.fromEntries(Object.entries(changed[field]).map(([name, range]) => [name, names.has(name) ? version : range]));
  }
  return changed;
}

/** Copies the address of the repository from the root's manifest, so that it is kept in one place. */
export function withRepository(manifest, { homepage, bugs, repository }) {
  return { ...manifest, homepage, bugs, repository: { ...repository, directory: manifest.repository.directory } };
}

/** Sets the version in the entries of the workspace's own packages. */
export function lockAt(lock, version, names) {
  const packages = Object.entries(lock.packages).map(([path, entry]) => {
    const isOwn = !path.includes("node_modules/");
    return [path, isOwn ? manifestAt(entry, version, names) : entry];
  });
  return { ...lock, version, packages: Object.fromEntries(packages) };
}

/**
 * Moves what is listed under "Unreleased" to a section of the version.
 * @throws {ReleaseError} if nothing is listed
 */
export function changelogAt(text, version, date) {
  const start = text.indexOf(UNRELEASED);
  if (start < 0) throw new ReleaseError('CHANGELOG.md has no section "## Unreleased".');
  const after = start + UNRELEASED.length;
  const end = text.indexOf("\n## ", after);
  const entries = text.slice(after, end < 0 ? undefined : end).trim();
  if (entries === "") throw new ReleaseError('CHANGELOG.md lists nothing under "Unreleased": there is nothing to release.');
  const rest = end < 0 ? "" : text.slice(end);
  return `${text.slice(0, after)}\n## ${version} (${date})\n${entries}\n${rest}`;
}
