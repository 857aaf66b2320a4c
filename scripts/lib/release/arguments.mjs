import { ReleaseError } from "./release-error.mjs";

const USAGE = "Usage: npm run release -- VERSION [--dry-run] [--no-publish] [--no-provenance], such as npm run release -- 0.2.0 --dry-run";
/** A semantic version (semver.org) without build metadata, which npm ignores. */
const VERSION = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/u;

/**
 * @returns `version`; `dryRun`: change nothing; `publish`: false to stop after commit and tag; `provenance`: whether npm states which commit and which
 * workflow the packages come from
 * @throws {ReleaseError}
 */
export function parseArguments(args) {
  const flags = new Set(args.filter((arg) => arg.startsWith("-")));
  const [version, ...others] = args.filter((arg) => !arg.startsWith("-"));
  const options = {
    version,
    dryRun: flags.delete("--dry-run"),
    publish: !flags.delete("--no-publish"),
    provenance: !flags.delete("--no-provenance"),
  };
  if (version === undefined || others.length > 0 || flags.size > 0) throw new ReleaseError(USAGE);
  if (!VERSION.test(version)) throw new ReleaseError(`${version} is no version. ${USAGE}`);
  return options;
}

/** Whether a version is a release candidate or the like, which nobody should get without asking for it. */
export const isPrerelease = (version) => version.includes("-");
