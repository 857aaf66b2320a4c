/** `--include` and `--exclude` of `rangecast get`, with the patterns of `rangecast share --exclude`. */
import picomatch from "picomatch";
import { pathText } from "./tree-path.ts";

export interface FilterFlags {
  /** Patterns; if there are any, only what matches one is downloaded. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
}

export interface PathFilter {
  /** Whether the entry, and all that is in it, is left out. */
  excludes(path: Uint8Array, name: Uint8Array): boolean;
  /** Whether the entry is asked for by itself; if it is a folder, with all that is in it. */
  includes(path: Uint8Array, name: Uint8Array): boolean;
}

/** Paths are relative to the folder that is downloaded. */
export function createFilter({ include = [], exclude = [] }: FilterFlags): PathFilter {
  const excluded = anyOf(exclude);
  const included = anyOf(include);
  return { excludes: excluded, includes: include.length === 0 ? () => true : included };
}

type Matcher = (path: Uint8Array, name: Uint8Array) => boolean;

function anyOf(patterns: readonly string[]): Matcher {
  const matchers = patterns.map(matcherOf);
  return (path, name) => matchers.some((matches) => matches(path, name));
}

/** A pattern with a slash applies to the path, one without to the name. Upper and lower case make no difference. */
function matcherOf(given: string): Matcher {
  const pattern = given.replace(/^\.\//u, "").replace(/(?<=.)\/+$/u, "");
  const matches = picomatch(pattern.replace(/^\/+/u, ""), { dot: true, nocase: true, nonegate: true });
  return pattern.includes("/") ? (path) => matches(pathText(path)) : (_path, name) => matches(pathText(name));
}
