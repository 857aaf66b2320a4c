import picomatch from "picomatch";

type Matcher = (text: string) => boolean;

/**
 * Patterns (globs) for paths of a tree, as `--exclude` and `--include` take them. One without a slash applies to names in any folder, as in `*.part`; one with
 * a slash to the whole path, as in `Season 1/*.srt`. A slash or `./` at the start means the top folder. Upper and lower case make no difference, because some
 * file systems make none.
 */
export class PathPatterns {
  readonly #names: readonly Matcher[];
  readonly #paths: readonly Matcher[];

  constructor(given: readonly string[]) {
    const patterns = given.map((pattern) => pattern.replace(/^\.\//u, "/").replace(/\/+$/u, "")).filter((pattern) => pattern !== "");
    const isPath = (pattern: string): boolean => pattern.includes("/");
    this.#names = patterns.filter((pattern) => !isPath(pattern)).map(matcherOf);
    this.#paths = patterns.filter(isPath).map((pattern) => matcherOf(pattern.replace(/^\/+/u, "")));
  }

  /** Whether there is no pattern, so that nothing matches. */
  get isEmpty(): boolean {
    return this.#names.length === 0 && this.#paths.length === 0;
  }

  /** Whether the last name of a path, or the path, matches one of the patterns. Bytes that are no UTF-8 are U+FFFD to a pattern. @param path not empty */
  matches(path: Buffer): boolean {
    if (this.isEmpty) return false;
    const text = path.toString();
    const name = text.slice(text.lastIndexOf("/") + 1);
    return this.#names.some((matches) => matches(name)) || this.#paths.some((matches) => matches(text));
  }
}

function matcherOf(pattern: string): Matcher {
  return picomatch(pattern, { dot: true, nocase: true, nonegate: true });
}
