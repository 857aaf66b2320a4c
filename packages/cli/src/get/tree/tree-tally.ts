/** The numbers of a tree's download. */

/** A file that is being downloaded. */
export interface ActiveFile {
  /** Path within the share, as text. */
  readonly path: string;
  readonly size: number;
  /** Bytes present, and how many of them came in earlier runs. */
  bytes: number;
  resumed: number;
}

export class TreeTally {
  /** Files that were listed so far, without those that are left out by patterns, and their bytes. */
  knownFiles = 0;
  knownBytes = 0;
  /** Files that need nothing more: saved, or there already. */
  saved = 0;
  finished = 0;
  /** Files, folders included, that could not be downloaded. */
  failed = 0;
  /** Files that are not replaced. */
  existing = 0;
  /** Entries that the host left out, such as links. */
  skipped = 0;
  /** Bytes of the files that need nothing more. */
  doneBytes = 0;
  /** Bytes of the saved files that this run downloaded. */
  fetchedBytes = 0;
  readonly active: Set<ActiveFile> = new Set();

  /** Bytes present, those of incomplete files included. */
  get bytes(): number {
    let bytes = this.doneBytes;
    for (const file of this.active) bytes += file.bytes;
    return bytes;
  }

  /** Bytes that this run downloaded, those of incomplete files included. */
  get arrivedBytes(): number {
    let bytes = this.fetchedBytes;
    for (const file of this.active) bytes += file.bytes - file.resumed;
    return bytes;
  }

  /** The file to show: the one with the most bytes to go. */
  get present(): ActiveFile | undefined {
    let present: ActiveFile | undefined;
    for (const file of this.active) {
      if (present === undefined || file.size - file.bytes > present.size - present.bytes) present = file;
    }
    return present;
  }
}
