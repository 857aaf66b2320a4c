import { PathPatterns } from "./path-patterns.ts";
import { joinPath } from "./place.ts";

const SLASH = 0x2f;
const DOT = 0x2e;

/** What a shared folder leaves out. */
export interface FolderOptions {
  /**
   * Patterns of what is left out, relative to the shared folder ({@link PathPatterns}). What is in a folder that is left out is left out, too.
   * @default nothing
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
  readonly #excluded: PathPatterns;

  constructor({ exclude = [], all = false, follow = false }: FolderOptions) {
    this.follow = follow;
    this.#all = all;
    this.#excluded = new PathPatterns(exclude);
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
    return this.#excluded.isEmpty || !this.#excluded.matches(joinPath(folder, name));
  }
}
