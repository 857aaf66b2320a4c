/** `--include` and `--exclude` of `rangecast get`, with the patterns of `rangecast share --exclude`. */
import { PathPatterns } from "@rangecast/daemon";

export interface FilterFlags {
  /** Patterns; if there are any, only what matches one is downloaded. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
}

/** Paths are relative to the folder that is downloaded. */
export interface PathFilter {
  /** Whether the entry, and all that is in it, is left out. */
  excludes(path: Buffer): boolean;
  /** Whether the entry is asked for by itself; if it is a folder, with all that is in it. */
  includes(path: Buffer): boolean;
}

export function createFilter({ include = [], exclude = [] }: FilterFlags): PathFilter {
  const excluded = new PathPatterns(exclude);
  const included = new PathPatterns(include);
  return {
    excludes: (path) => excluded.matches(path),
    includes: (path) => include.length === 0 || included.matches(path),
  };
}
