import type { FileVersion } from "../resources/file-version.ts";
import { type Resource, ResourceError } from "../resources/resource.ts";
import { type CrcStore, memoryCrcStore } from "../zip/crcs/crc-store.ts";
import type { ZipLayout } from "../zip/layout/layout.ts";
import { LayoutBuilder } from "../zip/layout/layout-builder.ts";
import { walkFolder, type WalkOptions, type WalkedTree } from "../zip/walk-folder.ts";
import { openZip, type ZipResource } from "../zip/zip-resource.ts";
import type { ReadableFile } from "../zip/zipped-file.ts";
import { memoryLogger, type LogLine } from "./memory-logger.ts";

interface MemoryFile {
  readonly bytes: Uint8Array;
  readonly version: FileVersion;
}

/** A file in memory that is open. */
export class MemoryHandle implements ReadableFile {
  readonly #bytes: Uint8Array;
  version: FileVersion;
  closed = false;

  constructor({ bytes, version }: MemoryFile) {
    this.#bytes = bytes;
    this.version = version;
  }

  read(into: Uint8Array, start: number, length: number, position: number): Promise<{ bytesRead: number }> {
    const part = this.#bytes.subarray(position, position + length);
    into.set(part, start);
    return Promise.resolve({ bytesRead: part.byteLength });
  }

  stat(): ReturnType<ReadableFile["stat"]> {
    const { size, modifiedNs, changedNs, inode, device } = this.version;
    return Promise.resolve({ size, mtimeNs: modifiedNs, ctimeNs: changedNs, ino: inode, dev: device });
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

/** A tree of files in memory. Paths are Latin-1; those of folders end with a slash. */
export class MemoryFolder implements WalkedTree {
  readonly files = new Map<string, MemoryFile>();
  /** Every file that was opened, in order. */
  readonly opened: MemoryHandle[] = [];
  #versions = 0;

  constructor(files: Readonly<Record<string, string | Uint8Array>> = {}) {
    for (const [path, bytes] of Object.entries(files)) this.write(path, typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  }

  /** Writes a file, in a new version. @param size the stated one, if it isn't that of the bytes */
  write(path: string, bytes: Uint8Array, modifiedMs: number = 1_700_000_000_000): void {
    const slash = path.lastIndexOf("/", path.length - 2);
    if (slash !== -1 && !this.files.has(path.slice(0, slash + 1))) this.write(path.slice(0, slash + 1), new Uint8Array(0));
    this.#versions += 1;
    const modifiedNs = BigInt(modifiedMs) * 1_000_000n;
    const version = { size: BigInt(bytes.byteLength), modifiedNs, changedNs: BigInt(this.#versions), inode: 1n, device: 1n };
    this.files.set(path, { bytes, version });
  }

  readFolder(path: Buffer): ReturnType<WalkedTree["readFolder"]> {
    const prefix = path.byteLength === 0 ? "" : `${path.toString("latin1")}/`;
    if (prefix !== "" && !this.files.has(prefix)) return Promise.reject(new ResourceError("not-found", "no such folder"));
    const entries = [...this.files].flatMap(([name, { version }]) => {
      const [, own, slash] = new RegExp(`^([^/]+)(/?)$`, "u").exec(name.startsWith(prefix) ? name.slice(prefix.length) : "") ?? [];
      if (own === undefined) return [];
      return [{ name: Buffer.from(own, "latin1"), kind: slash === "/" ? ("folder" as const) : ("file" as const), version }];
    });
    return Promise.resolve({ entries });
  }

  openHandle(path: Buffer): Promise<{ handle: ReadableFile }> {
    const file = this.files.get(path.toString("latin1"));
    if (file === undefined) return Promise.reject(new ResourceError("not-found", "no such file"));
    const handle = new MemoryHandle(file);
    this.opened.push(handle);
    return Promise.resolve({ handle });
  }
}

/** The layout of a tree. */
export function layoutOf(tree: WalkedTree, options: Partial<WalkOptions> = {}): Promise<ZipLayout> {
  return walkFolder(tree, { folder: Buffer.alloc(0), signal: new AbortController().signal, builder: new LayoutBuilder(), ...options });
}

export interface ZipBench {
  readonly zip: ZipResource;
  readonly lines: readonly LogLine[];
}

/** Opens a tree as a zip. */
export async function zipBench(
  tree: WalkedTree,
  { store = memoryCrcStore(), maxRereadBytes }: { store?: CrcStore; maxRereadBytes?: number } = {},
): Promise<ZipBench> {
  const logger = memoryLogger();
  const zip = await openZip({
    name: "folder.zip",
    layout: await layoutOf(tree),
    openFile: async (path) => (await tree.openHandle(path)).handle,
    store,
    logger,
    ...(maxRereadBytes === undefined ? {} : { maxRereadBytes }),
  });
  return { zip, lines: logger.lines };
}

/** Bytes of an archive, read in one go. */
export async function readZip(zip: Resource, start: number = 0, end: number = zip.size): Promise<Buffer> {
  const into = Buffer.alloc(end - start);
  const { bytes, change } = await zip.read(start, into);
  if (change !== "same" || bytes !== into.byteLength) throw new Error(`read ${bytes} of ${into.byteLength} bytes: ${change}`);
  return into;
}
