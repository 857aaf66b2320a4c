import picomatch from "picomatch";
import { joinPath } from "./place.ts";

const SLASH = 0x2f;
const DOT = 0x2e;

/** What a shared folder leaves out. */
export interface FolderOptions {
  /**
   * Patterns of what is left out, relative to the shared folder. One without a slash applies to names in any folder, as in `*.part`; one with a slash to the
   * path, as in `Season 1/*.srt` or `/drafts`. What is in a folder that is left out is left out, too. Upper and lower case make no difference, because some
   * file systems make none. @default nothing
   */
  readonly exclude?: readonly string[];
  /** Share hidden files and folders, too: those whose names begin with a dot. @default false */
  readonly all?: boolean;
  /** Follow symbolic links that lead to something in the same shared folder. @default false: links are left out */
  readonly follow?: boolean;
}

/** Decides what of a folder is shared, by paths alone. What is not can neither be listed nor opened. */
export class FolderRules {
  readonly follow: boolean;
  readonly #all: boolean;
  readonly #names: readonly Matcher[];
  readonly #paths: readonly Matcher[];

  constructor({ exclude = [], all = false, follow = false }: FolderOptions) {
    this.follow = follow;
    this.#all = all;
    const patterns = exclude.map((pattern) => pattern.replace(/^\.\//u, "/").replace(/\/+$/u, "")).filter((pattern) => pattern !== "");
    const isPath = (pattern: string): boolean => pattern.includes("/");
    this.#names = patterns.filter((pattern) => !isPath(pattern)).map(matcherOf);
    this.#paths = patterns.filter(isPath).map((pattern) => matcherOf(pattern.replace(/^\/+/u, "")));
  }

  /** Whether a path below the shared folder is shared, with every folder on the way. The shared folder itself, the empty path, always is. */
  shows(path: Buffer): boolean {
    for (let start = 0; start < path.byteLength;) {
      const slash = path.indexOf(SLASH, start);
      const end = slash === -1 ? path.byteLength : slash;
      if (!this.showsEntry(path.subarray(0, Math.max(0, start - 1)), path.subarray(start, end))) return false;
      start = end + 1;
    }
    return true;
  }

  /** Whether an entry of a folder that is shared is shared, too. @param folder the folder's path */
  showsEntry(folder: Buffer, name: Buffer): boolean {
    if (!this.#all && name[0] === DOT) return false;
    if (this.#names.length > 0 && matchesAny(this.#names, name)) return false;
    return this.#paths.length === 0 || !matchesAny(this.#paths, joinPath(folder, name));
  }
}

type Matcher = (text: string) => boolean;

function matcherOf(pattern: string): Matcher {
  return picomatch(pattern, { dot: true, nocase: true, nonegate: true });
}

/** Bytes that are no UTF-8 are U+FFFD to a pattern. */
function matchesAny(matchers: readonly Matcher[], bytes: Buffer): boolean {
  const text = bytes.toString();
  return matchers.some((matches) => matches(text));
}
