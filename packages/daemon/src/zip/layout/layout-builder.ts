import { createHash } from "node:crypto";
import { type FileVersion, versionKey } from "../../resources/file-version.ts";
import { archiveNames } from "./archive-names.ts";
import { KEY_BYTES, type ZipColumns, ZipLayout } from "./layout.ts";
import { PackedNames } from "./packed-names.ts";
import { centralHeaderBytes, descriptorBytes, localHeaderBytes } from "./records.ts";
import { ZipError } from "../zip-error.ts";

/** Most entries of one archive. Reading so many from the disk takes about as long as a client waits for its OPEN. */
export const MAX_ZIP_ENTRIES = 500_000;

/** Longest path in an archive, bytes: its length has 16 bits. Paths of a share are much shorter. */
const MAX_PATH_BYTES = 0xffff;

const FIRST_ENTRIES = 64;

/** Part of the hash, so that another format of our archives has other etags. */
const FORMAT = "rangecast zip 1\n";

/** A file or folder to be added. */
export interface FoundEntry {
  /** Its name on the disk. */
  readonly name: Buffer;
  readonly kind: "file" | "folder";
  readonly version: FileVersion;
}

type Columns = { -readonly [Name in keyof ZipColumns]: ZipColumns[Name] };

/** Makes a layout, entry by entry. */
export class LayoutBuilder {
  readonly #columns: Columns = emptyColumns();
  readonly #hash = createHash("sha256").update(FORMAT);
  readonly #maxEntries: number;
  readonly #admit: () => void;

  /** @param admit called before each entry is added; it may throw */
  constructor({ maxEntries = MAX_ZIP_ENTRIES, admit = () => {} }: { maxEntries?: number; admit?: () => void } = {}) {
    this.#maxEntries = maxEntries;
    this.#admit = admit;
  }

  /** Entries so far. */
  get count(): number {
    return this.#columns.count;
  }

  /**
   * Starts a folder: returns a function that adds an entry of it, by its index in `entries`. Folders go before what is in them.
   * @param parent from the function that added the folder; {@link NO_PARENT} for the top of the archive
   * @param entries all entries of the folder; their order determines who keeps a name
   */
  folder(parent: number, entries: readonly FoundEntry[]): (index: number) => number {
    const renamed = archiveNames(entries.map(({ name }) => name));
    return (index) => {
      const entry = entries[index];
      if (entry === undefined) throw new RangeError(`the folder has no entry ${index}`);
      return this.#add(parent, entry, renamed[index]);
    };
  }

  finish(): ZipLayout {
    const columns = this.#columns;
    this.#resize(columns.count);
    columns.names.seal();
    let offset = columns.localStart[columns.count] ?? 0;
    for (let index = 0; index < columns.count; index += 1) {
      columns.centralStart[index] = offset;
      offset += centralHeaderBytes({ ...shapeOf(columns, index), offset: columns.localStart[index] ?? 0 });
    }
    columns.centralStart[columns.count] = offset;
    return new ZipLayout(columns, `"${this.#hash.digest().subarray(0, KEY_BYTES).toString("base64url")}"`);
  }

  /** @throws {ZipError} `too-large` */
  #add(parent: number, { name, kind, version }: FoundEntry, renamed: Buffer | undefined): number {
    const columns = this.#columns;
    const index = columns.count;
    if (index >= this.#maxEntries) {
      throw new ZipError(
        "too-large",
        `it has more than ${this.#maxEntries} files and folders, too many for one zip; share or select a part of it`,
      );
    }
    this.#admit();
    if (index === columns.parent.length) this.#resize(index * 2);
    const pathBytes = (columns.pathBytes[parent] ?? 0) + (renamed ?? name).byteLength + (kind === "folder" ? 1 : 0);
    if (pathBytes > MAX_PATH_BYTES) throw new ZipError("too-large", "it has a path that is too long for a zip");
    columns.parent[index] = parent;
    columns.isFolder[index] = kind === "folder" ? 1 : 0;
    columns.pathBytes[index] = pathBytes;
    columns.size[index] = kind === "folder" ? 0 : Number(version.size);
    columns.modifiedS[index] = Math.floor(Number(version.modifiedNs / 1_000_000n) / 1000);
    if (kind === "file") columns.keys.set(versionKey(version), index * KEY_BYTES);
    columns.nameStart[index + 1] = columns.names.add(name, renamed);
    const shape = shapeOf(columns, index);
    columns.localStart[index + 1] = (columns.localStart[index] ?? 0) + localHeaderBytes(shape) + shape.size + descriptorBytes(shape);
    this.#note(index, renamed ?? name);
    columns.count += 1;
    return index;
  }

  /** Hashes all that determines the bytes of the archive. */
  #note(index: number, name: Buffer): void {
    const { parent, isFolder, size, modifiedS, keys } = this.#columns;
    const facts = [parent[index], isFolder[index], size[index], modifiedS[index], name.byteLength].join(" ");
    this.#hash
      .update(`${facts}\n`)
      .update(name)
      .update(keys.subarray(index * KEY_BYTES, (index + 1) * KEY_BYTES));
  }

  #resize(entries: number): void {
    const columns = this.#columns;
    const resized = <T extends { set(from: T): void; subarray(start: number, end: number): T }>(from: T, into: T, length: number): T => {
      into.set(from.subarray(0, length));
      return into;
    };
    columns.nameStart = resized(columns.nameStart, new Uint32Array(entries + 1), entries + 1);
    columns.parent = resized(columns.parent, new Int32Array(entries), entries);
    columns.isFolder = resized(columns.isFolder, new Uint8Array(entries), entries);
    columns.pathBytes = resized(columns.pathBytes, new Uint16Array(entries), entries);
    columns.size = resized(columns.size, new Float64Array(entries), entries);
    columns.modifiedS = resized(columns.modifiedS, new Float64Array(entries), entries);
    columns.keys = resized(columns.keys, new Uint8Array(entries * KEY_BYTES), entries * KEY_BYTES);
    columns.localStart = resized(columns.localStart, new Float64Array(entries + 1), entries + 1);
    columns.centralStart = new Float64Array(entries + 1);
  }
}

function emptyColumns(): Columns {
  return {
    count: 0,
    names: new PackedNames(),
    nameStart: new Uint32Array(FIRST_ENTRIES + 1),
    parent: new Int32Array(FIRST_ENTRIES),
    isFolder: new Uint8Array(FIRST_ENTRIES),
    pathBytes: new Uint16Array(FIRST_ENTRIES),
    size: new Float64Array(FIRST_ENTRIES),
    modifiedS: new Float64Array(FIRST_ENTRIES),
    keys: new Uint8Array(FIRST_ENTRIES * KEY_BYTES),
    localStart: new Float64Array(FIRST_ENTRIES + 1),
    centralStart: new Float64Array(FIRST_ENTRIES + 1),
  };
}

function shapeOf(
  { pathBytes, isFolder, size, modifiedS }: ZipColumns,
  index: number,
): { pathBytes: number; isFolder: boolean; size: number; modifiedS: number } {
  return {
    pathBytes: pathBytes[index] ?? 0,
    isFolder: isFolder[index] !== 0,
    size: size[index] ?? 0,
    modifiedS: modifiedS[index] ?? 0,
  };
}
