import { ClientError, type FolderList, type ListEntry } from "@rangecast/client";
import { splitPath } from "../get/tree/tree-path.ts";
import { archiveOf } from "./archive-of.ts";
import type { TreeFile, TreeSource } from "../get/tree/tree-source.ts";

/** Time of files that state none, milliseconds since 1970. */
export const FAKE_TIME_MS = 1_700_000_000_123;

export interface FakeFile {
  readonly bytes: Uint8Array;
  readonly etag?: string;
  readonly modifiedMs?: number;
  /** It can't be opened. */
  readonly refused?: ClientError;
  /** Reading fails after so many bytes, with this error. */
  readonly breaksAt?: number;
  readonly breaks?: unknown;
}

export interface FakeTree extends TreeSource {
  /** Paths that were opened and listed, in order. */
  readonly opened: string[];
  readonly listed: string[];
  /** First bytes of the streams. */
  readonly starts: number[];
  /** Most files open at once, and how many are open now. */
  readonly most: () => number;
  readonly stillOpen: () => number;
}

/** A tree in memory. Keys are paths as latin1, one character a byte; a folder is `undefined`, and those above a path need not be given. */
export function fakeTree(
  files: Readonly<Record<string, FakeFile | undefined>>,
  lists: Readonly<Record<string, FolderList>> = {},
  makesZips = false,
): FakeTree {
  const folders = new Map<string, Map<string, ListEntry>>([["", new Map()]]);
  for (const [path, file] of Object.entries(files)) addEntry(folders, Buffer.from(path, "latin1"), file);
  const opened: string[] = [];
  const listed: string[] = [];
  const starts: number[] = [];
  let open = 0;
  let most = 0;
  return {
    makesZips,
    opened,
    listed,
    starts,
    most: () => most,
    stillOpen: () => open,
    readFolder: async (path) => {
      const key = Buffer.from(path).toString("latin1");
      listed.push(key);
      const entries = folders.get(key);
      const list = lists[key] ?? (entries === undefined ? undefined : { entries: [...entries.values()].sort(byName), skipped: 0 });
      if (list === undefined) throw new ClientError("file-gone", "the host has no such file");
      return list;
    },
    open: async (path, signal) => {
      const key = Buffer.from(path).toString("latin1");
      opened.push(key);
      const file = files[key] ?? zipOf(key, files);
      if (file === undefined) throw new ClientError("file-gone", "the host has no such file");
      if (file.refused !== undefined) throw file.refused;
      signal.throwIfAborted();
      open += 1;
      most = Math.max(most, open);
      await new Promise((resolve) => setImmediate(resolve));
      return openFile(file, starts, () => (open -= 1));
    },
  };
}

/** An archive of files, as at `Season 1//zip/a,b`. */
function zipOf(key: string, files: Readonly<Record<string, FakeFile | undefined>>): FakeFile | undefined {
  const [folder = "", names] = key.split("//zip/");
  if (names === undefined) return undefined;
  const selected = names.split(",").map((name) => {
    const text = decodeURIComponent(name);
    const file = files[folder === "" ? text : `${folder}/${text}`];
    if (file?.refused !== undefined) throw file.refused;
    const { bytes = new Uint8Array(), modifiedMs = FAKE_TIME_MS } = file ?? {};
    return { name: Buffer.from(text), bytes, modifiedMs };
  });
  return { bytes: archiveOf(selected) };
}

function openFile(file: FakeFile, starts: number[], onClose: () => void): TreeFile {
  const { bytes, etag = '"1"', modifiedMs = FAKE_TIME_MS, breaksAt, breaks } = file;
  const stream = ({ start = 0 }: { readonly start?: number } = {}): ReadableStream<Uint8Array> => {
    starts.push(start);
    return ReadableStream.from(pieces(start));
  };
  async function* pieces(start: number): AsyncGenerator<Uint8Array> {
    const end = breaksAt ?? bytes.byteLength;
    for (let at = start; at < end; at += PIECE_BYTES) yield Uint8Array.from(bytes.subarray(at, Math.min(end, at + PIECE_BYTES)));
    if (breaksAt !== undefined) throw breaks;
  }
  return {
    size: bytes.byteLength,
    etag,
    modifiedMs,
    stream,
    read: async (range) => {
      if (breaksAt !== undefined) throw breaks;
      return Uint8Array.from(bytes.subarray(range.start, range.end));
    },
    close: onClose,
  };
}

const PIECE_BYTES = 16_384;

function addEntry(folders: Map<string, Map<string, ListEntry>>, path: Buffer, file: FakeFile | undefined): void {
  const { folder, name } = splitPath(path);
  if (folder.byteLength > 0) addEntry(folders, folder, undefined);
  const entry: ListEntry = {
    name,
    kind: file === undefined ? "folder" : "file",
    size: file?.bytes.byteLength ?? 0,
    modifiedMs: file?.modifiedMs ?? FAKE_TIME_MS,
  };
  if (file === undefined && !folders.has(path.toString("latin1"))) folders.set(path.toString("latin1"), new Map());
  folders.get(folder.toString("latin1"))?.set(name.toString("latin1"), entry);
}

/** An entry as a hostile host could list it. */
export function hostileEntry(name: string, kind: ListEntry["kind"] = "file"): ListEntry {
  return { name: Buffer.from(name), kind, size: 1, modifiedMs: FAKE_TIME_MS };
}

export const fileOf = (text: string, more: Partial<FakeFile> = {}): FakeFile => ({ bytes: Buffer.from(text), ...more });

function byName(one: ListEntry, other: ListEntry): number {
  return Buffer.compare(one.name, other.name);
}
