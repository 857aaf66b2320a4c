import type { LocalContent, LocalFile, LocalFolder, LocalWritable } from "../src/page/folders/save/local-folder.ts";

/** A folder in memory that behaves as the File System API: a file changes when its writer is closed. */
export class FakeFolder implements LocalFolder {
  readonly kind = "directory";
  readonly name: string;
  readonly entries = new Map<string, FakeFile | FakeFolder>();
  /** Bytes that may still be written. */
  room = Infinity;

  constructor(name: string) {
    this.name = name;
  }

  async getDirectoryHandle(name: string): Promise<FakeFolder> {
    const entry = this.entries.get(name) ?? new FakeFolder(name);
    if (entry.kind === "file") throw new DOMException("a file", "TypeMismatchError");
    entry.room = this.room;
    this.entries.set(name, entry);
    return entry;
  }

  async getFileHandle(name: string): Promise<FakeFile> {
    if (name.includes("refused")) throw new TypeError("Name is not allowed.");
    const entry = this.entries.get(name) ?? new FakeFile(name, this);
    if (entry.kind === "directory") throw new DOMException("a folder", "TypeMismatchError");
    this.entries.set(name, entry);
    return entry;
  }

  async removeEntry(name: string): Promise<void> {
    this.entries.delete(name);
  }

  async *values(): AsyncGenerator<FakeFile | FakeFolder> {
    yield* this.entries.values();
  }

  /** What is in it, with `/` behind folders. */
  names(): string[] {
    return [...this.entries].flatMap(([name, entry]) =>
      entry.kind === "file" ? [name] : [`${name}/`, ...entry.names().map((inner) => `${name}/${inner}`)],
    );
  }

  put(name: string, bytes: Uint8Array<ArrayBuffer>, lastModified: number): void {
    const file = new FakeFile(name, this);
    file.bytes = bytes;
    file.lastModified = lastModified;
    this.entries.set(name, file);
  }
}

export class FakeFile implements LocalFile {
  readonly kind = "file";
  readonly name: string;
  readonly #folder: FakeFolder;
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array();
  lastModified = Number.MAX_SAFE_INTEGER;

  constructor(name: string, folder: FakeFolder) {
    this.name = name;
    this.#folder = folder;
  }

  async getFile(): Promise<LocalContent> {
    const { bytes, lastModified } = this;
    return { size: bytes.byteLength, lastModified, stream: () => new Blob([bytes]).stream() };
  }

  async createWritable({ keepExistingData = false }: { readonly keepExistingData?: boolean } = {}): Promise<LocalWritable> {
    const chunks = keepExistingData ? [this.bytes] : [];
    return {
      write: async (bytes) => {
        if (bytes.byteLength > this.#folder.room) throw new DOMException("full", "QuotaExceededError");
        chunks.push(bytes.slice());
      },
      seek: async (position) => {
        if (position !== chunks[0]?.byteLength) throw new Error("only the end is written to");
      },
      close: async () => {
        this.bytes = new Uint8Array(await new Blob(chunks).arrayBuffer());
      },
      abort: async () => undefined,
    };
  }
}
