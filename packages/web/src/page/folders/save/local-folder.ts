/* The part of the File System API that is used. FileSystemDirectoryHandle and its like fit. */

export interface LocalFile {
  readonly kind: "file";
  readonly name: string;
  getFile(): Promise<LocalContent>;
  /** Writes into a copy, which replaces the file when it is closed. */
  createWritable(options?: { readonly keepExistingData?: boolean }): Promise<LocalWritable>;
  /** Renames the file. Not every browser can do that outside of its own storage. */
  move?(name: string): Promise<void>;
}

export interface LocalContent {
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly lastModified: number;
  stream(): ReadableStream<Uint8Array<ArrayBuffer>>;
}

export interface LocalWritable {
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  seek(position: number): Promise<void>;
  close(): Promise<void>;
  abort(): Promise<void>;
}

export interface LocalFolder {
  readonly kind: "directory";
  readonly name: string;
  getDirectoryHandle(name: string, options?: { readonly create?: boolean }): Promise<LocalFolder>;
  getFileHandle(name: string, options?: { readonly create?: boolean }): Promise<LocalFile>;
  removeEntry(name: string): Promise<void>;
  values(): AsyncIterable<LocalFile | LocalFolder>;
}

/** What is in a folder, by name. */
export class LocalEntries {
  readonly #entries = new Map<string, LocalFile | LocalFolder>();
  readonly #folded = new Map<string, LocalFile | LocalFolder>();

  static async read(folder: LocalFolder): Promise<LocalEntries> {
    const entries = new LocalEntries();
    for await (const entry of folder.values()) {
      entries.#entries.set(entry.name, entry);
      entries.#folded.set(foldedKey(entry.name), entry);
    }
    return entries;
  }

  /** The entry that a file system may take for the one with this name: on some, case doesn't matter. */
  get(name: string): LocalFile | LocalFolder | undefined {
    return this.#entries.get(name) ?? this.#folded.get(foldedKey(name));
  }

  /** Names that begin so and end so. */
  between(start: string, end: string): string[] {
    return [...this.#entries.keys()].filter((name) => name.startsWith(start) && name.endsWith(end));
  }
}

/** Equal for names that a file system may take for the same. */
export function foldedKey(name: string): string {
  return name.normalize("NFC").toUpperCase().toLowerCase();
}
