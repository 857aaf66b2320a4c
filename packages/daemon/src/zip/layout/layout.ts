import type { PackedNames } from "./packed-names.ts";
import { descriptorBytes, type Directory, endRecords, type ZipEntry } from "./records.ts";

/** Bytes of the hash that identifies a version of a file: those of its etag. */
export const KEY_BYTES = 16;

/** No entry: the parent of what is at the top of the archive. */
export const NO_PARENT = -1;

/**
 * The entries of an archive as columns, each folder before what is in it. With {@link ZipLayout} and the CRCs, an entry takes 64 bytes and its name; objects
 * would take about 500.
 */
export interface ZipColumns {
  readonly count: number;
  readonly names: PackedNames;
  /** Where each name begins; one more for the end. */
  readonly nameStart: Uint32Array;
  /** Index of the folder that an entry is in. */
  readonly parent: Int32Array;
  readonly isFolder: Uint8Array;
  /** Length of the path in the archive, bytes. */
  readonly pathBytes: Uint16Array;
  /** Bytes; 0 for folders. */
  readonly size: Float64Array;
  /** Last modification, seconds since 1970. */
  readonly modifiedS: Float64Array;
  /** {@link KEY_BYTES} for each entry: the version of a file. */
  readonly keys: Uint8Array;
  /** Where each local header begins, and at the end the central directory. */
  readonly localStart: Float64Array;
  /** Where each central header begins, and at the end what follows the directory. */
  readonly centralStart: Float64Array;
}

/** What is at an offset of the archive. `within`: bytes from its start. */
export type ZipPlace =
  | { readonly part: "header" | "content" | "descriptor" | "central"; readonly index: number; readonly within: number }
  | { readonly part: "end"; readonly within: number };

/** Where everything is in an archive. Names, sizes and times determine it, so it is known before any file is read. */
export class ZipLayout {
  /** Bytes of the archive. */
  readonly size: number;
  /** Strong validator: a hash of all names, sizes, times and versions. */
  readonly etag: string;
  readonly #columns: ZipColumns;

  constructor(columns: ZipColumns, etag: string) {
    this.#columns = columns;
    this.etag = etag;
    const { offset, bytes } = this.directory;
    this.size = offset + bytes + this.end().byteLength;
  }

  /** Number of files and folders. */
  get entries(): number {
    return this.#columns.count;
  }

  get directory(): Directory {
    const { count, localStart, centralStart } = this.#columns;
    const offset = localStart[count] ?? 0;
    return { entries: count, offset, bytes: (centralStart[count] ?? 0) - offset };
  }

  /** The newest modification, seconds since 1970; 0 without any file. */
  get newestS(): number {
    return this.#columns.modifiedS.reduce((newest, time) => Math.max(newest, time), 0);
  }

  /** Memory that the layout takes, bytes. */
  get memoryBytes(): number {
    const { names, nameStart, parent, isFolder, pathBytes, size, modifiedS, keys, localStart, centralStart } = this.#columns;
    const columns = [names, nameStart, parent, isFolder, pathBytes, size, modifiedS, keys, localStart, centralStart];
    return columns.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** What is at an offset within the archive. O(log n). */
  placeAt(offset: number): ZipPlace {
    const { count, localStart, centralStart, size } = this.#columns;
    const { offset: directory, bytes } = this.directory;
    if (offset >= directory + bytes) return { part: "end", within: offset - directory - bytes };
    if (offset >= directory) {
      const index = lastAtMost(centralStart, count, offset);
      return { part: "central", index, within: offset - (centralStart[index] ?? 0) };
    }
    const index = lastAtMost(localStart, count, offset);
    const within = offset - (localStart[index] ?? 0);
    const header = this.#headerBytes(index);
    if (within < header) return { part: "header", index, within };
    const content = within - header;
    const bytesOfFile = size[index] ?? 0;
    if (content < bytesOfFile) return { part: "content", index, within: content };
    return { part: "descriptor", index, within: content - bytesOfFile };
  }

  isFile(index: number): boolean {
    return this.#columns.isFolder[index] === 0;
  }

  sizeOf(index: number): number {
    return this.#columns.size[index] ?? 0;
  }

  /** Identifies the version of a file: the hash in its etag. */
  keyOf(index: number): Uint8Array {
    return this.#columns.keys.subarray(index * KEY_BYTES, (index + 1) * KEY_BYTES);
  }

  /** An entry as its records have it. */
  entryAt(index: number): ZipEntry {
    const { modifiedS, localStart } = this.#columns;
    const isFolder = !this.isFile(index);
    const path = Buffer.concat([this.#path(index, "archived"), Buffer.from(isFolder ? "/" : "")]);
    return { path, isFolder, size: this.sizeOf(index), modifiedS: modifiedS[index] ?? 0, offset: localStart[index] ?? 0 };
  }

  /** The path of an entry on the disk, below the folder that the archive is of. */
  diskPathOf(index: number): Buffer {
    return this.#path(index, "original");
  }

  /** What follows the central directory. */
  end(): Uint8Array {
    return endRecords(this.directory);
  }

  #headerBytes(index: number): number {
    const { isFolder, size, localStart } = this.#columns;
    const bytes = size[index] ?? 0;
    const all = (localStart[index + 1] ?? 0) - (localStart[index] ?? 0);
    return all - bytes - descriptorBytes({ isFolder: isFolder[index] !== 0, size: bytes });
  }

  #path(index: number, which: "original" | "archived"): Buffer {
    const { names, nameStart, parent } = this.#columns;
    const parts: Buffer[] = [];
    for (let at = index; at !== NO_PARENT; at = parent[at] ?? NO_PARENT) {
      parts.unshift(names[which](nameStart[at] ?? 0, nameStart[at + 1] ?? 0), SLASH);
    }
    return Buffer.concat(parts.slice(0, -1));
  }
}

const SLASH = Buffer.from("/");

/** Index of the last of the first `count` values that is at most `value`. The first one must be. */
function lastAtMost(sorted: Float64Array, count: number, value: number): number {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((sorted[middle] ?? Number.POSITIVE_INFINITY) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
