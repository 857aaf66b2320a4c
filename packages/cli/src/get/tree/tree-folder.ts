/** A folder of the tree during its download. */
import { syncFolder } from "../save/save-target.ts";
import { checkFolder, joinLocal, keepFolderTime, makeFolder } from "../place/local-folder.ts";
import { joinPath } from "./tree-path.ts";

export interface RootOptions {
  readonly included: boolean;
  /** Nothing is made on the disk. */
  readonly dry: boolean;
  /** It was just made, and so it is empty. */
  readonly fresh: boolean;
}

type Fields = Pick<TreeFolder, "path" | "local" | "depth" | "included">;

export class TreeFolder {
  /** Within the share. */
  readonly path: Buffer;
  /** On the disk. */
  readonly local: Buffer;
  readonly depth: number;
  /** Whether all that is in it is wanted, and so the folder itself. */
  readonly included: boolean;
  /** Nothing is made: see `--dry-run`. */
  readonly #dry: boolean;
  readonly #parent: TreeFolder | undefined;
  /** Milliseconds since 1970; undefined for the target itself, whose time is not kept. */
  readonly #modifiedMs: number | undefined;
  #made: Promise<boolean> | undefined;
  /** Entries that are not done. One stands for the folder itself, until it is listed. */
  #pending = 1;

  private constructor(fields: Fields, dry: boolean, parent?: TreeFolder, modifiedMs?: number) {
    this.#dry = dry;
    this.path = fields.path;
    this.local = fields.local;
    this.depth = fields.depth;
    this.included = fields.included;
    this.#parent = parent;
    this.#modifiedMs = modifiedMs;
  }

  /** The folder that is downloaded. @param local its folder on the disk, which exists */
  static root(path: Uint8Array, local: string, { included, dry, fresh }: RootOptions): TreeFolder {
    const root = new TreeFolder({ path: Buffer.from(path), local: Buffer.from(local), depth: 0, included }, dry);
    root.#made = Promise.resolve(fresh);
    return root;
  }

  child(name: Uint8Array, local: Buffer, included: boolean, modifiedMs?: number): TreeFolder {
    const fields = { path: joinPath(this.path, name), local: joinLocal(this.local, local), depth: this.depth + 1, included };
    return new TreeFolder(fields, this.#dry, this, modifiedMs);
  }

  /**
   * Makes it on the disk, and those above it, once; a dry run checks that it could.
   * @returns whether it is new, and so nothing is in it that this run didn't save
   * @throws CliError `exists`; the system's error
   */
  make(): Promise<boolean> {
    this.#made ??= this.#make();
    return this.#made;
  }

  async #make(): Promise<boolean> {
    await this.#parent?.make();
    if (!this.#dry) return makeFolder(this.local);
    await checkFolder(this.local);
    return false;
  }

  /** So many entries must be done before the folder is. */
  expect(entries: number): void {
    this.#pending += entries;
  }

  /** One entry is done, or the list of the folder. When all are, the folder is synced and gets its time. Never throws. */
  async done(): Promise<void> {
    this.#pending -= 1;
    if (this.#pending > 0) return;
    if (this.#made !== undefined && !this.#dry) await this.#finish();
    await this.#parent?.done();
  }

  async #finish(): Promise<void> {
    try {
      await this.#made;
    } catch {
      return; // What prevented it was reported.
    }
    await syncFolder(this.local);
    if (this.#modifiedMs !== undefined) await keepFolderTime(this.local, this.#modifiedMs);
  }
}
