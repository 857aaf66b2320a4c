/*
 * Saves one file. A small one is written as a whole: it is there when all of it is. A large one is written into a part, `NAME.VERSION.rangecast-part`, which is
 * kept when the page is closed, and goes on at the same byte the next time, if the host still has that version.
 */
import type { Entry } from "../list/listing.ts";
import { copyBytes } from "./copy-bytes.ts";
import { positionKey } from "../../media/player/positions.ts";
import type { LocalEntries, LocalFile, LocalFolder, LocalWritable } from "./local-folder.ts";
import type { TreeSource } from "./tree-source.ts";

/** `saved`: it is there now. `skipped`: it was there. `kept`: something else has its name, and was left alone. */
export type SaveOutcome = "saved" | "skipped" | "kept";

export interface FileToSave {
  readonly entry: Entry;
  /** At the host, percent-encoded. */
  readonly path: string;
  readonly folder: LocalFolder;
  /** The name to save it under. */
  readonly name: string;
  /** What is in the folder. */
  readonly local: LocalEntries;
}

/** Size from which a file has a part, bytes. A smaller one is read again from its start. */
export const PART_FROM_BYTES = 16_000_000;
/**
 * Bytes after which a part is put on the disk for the first time; later each time it has doubled. Browsers copy what is there whenever it is written to
 * again, so this copies each byte at most once more, and a crash costs at most half of what was there.
 */
const FIRST_COMMIT_BYTES = 64_000_000;
const PART_ENDING = ".rangecast-part";
/** Characters of a version's hash in the name of its part: 48 bits. */
const VERSION_CHARACTERS = 12;

/** @param onBytes called with the number of bytes that were written, or found in a part */
export async function saveFile(
  file: FileToSave,
  source: TreeSource,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<SaveOutcome> {
  const there = await whatIsThere(file);
  if (there !== "nothing") return there;
  if (file.entry.size >= PART_FROM_BYTES) await saveLarge(file, source, onBytes, signal);
  else await saveWhole(file, source, onBytes, signal);
  return "saved";
}

/**
 * Whether the file is there. Browsers can't set the time of a file. So a local file counts as the same if it has the same size, and was written after the
 * host's was changed. An empty one is what is left when the page is closed before the first bytes were put on the disk.
 */
async function whatIsThere({ entry, local, name }: FileToSave): Promise<"skipped" | "kept" | "nothing"> {
  const existing = local.get(name);
  if (existing === undefined) return "nothing";
  if (existing.kind === "directory") return "kept";
  const { size, lastModified } = await existing.getFile();
  if (size === entry.size && lastModified >= entry.modifiedMs) return "skipped";
  return size === 0 ? "nothing" : "kept";
}

async function saveWhole(
  { path, folder, name }: FileToSave,
  source: TreeSource,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const bytes = await source.read(path, undefined, 0, signal);
  const writable = await (await folder.getFileHandle(name, { create: true })).createWritable();
  try {
    await copyBytes(bytes, async (chunk) => {
      await writable.write(chunk);
      onBytes(chunk.byteLength);
    });
    await writable.close();
  } catch (error) {
    await writable.abort().catch(() => undefined);
    // It is empty.
    await folder.removeEntry(name).catch(() => undefined);
    throw error;
  }
}

async function saveLarge(file: FileToSave, source: TreeSource, onBytes: (bytes: number) => void, signal: AbortSignal): Promise<void> {
  const { path, folder, name, local } = file;
  const { size, etag } = await source.facts(path, signal);
  const version = await positionKey({ share: "", path, etag, size });
  const partName = `${name}.${version.slice(0, VERSION_CHARACTERS)}${PART_ENDING}`;
  // Parts of other versions. Without an etag, this one may be of another version, too.
  for (const other of local.between(`${name}.`, PART_ENDING)) if (other !== partName || etag === undefined) await folder.removeEntry(other);
  const part = await folder.getFileHandle(partName, { create: true });
  const start = (await part.getFile()).size;
  onBytes(start);
  if (start < size) await appendTo(part, start, await source.read(path, etag, start, signal), onBytes);
  await rename(part, folder, name);
}

/** Appends bytes to a part. Keeps those that have come if the others don't. */
async function appendTo(
  part: LocalFile,
  start: number,
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
  onBytes: (bytes: number) => void,
): Promise<void> {
  let [at, committed] = [start, start];
  let writable = await openAt(part, at);
  try {
    await copyBytes(bytes, async (chunk) => {
      await writable.write(chunk);
      at += chunk.byteLength;
      onBytes(chunk.byteLength);
      if (at - committed < Math.max(FIRST_COMMIT_BYTES, committed)) return;
      await writable.close();
      committed = at;
      writable = await openAt(part, at);
    });
  } catch (error) {
    // If the disk is full, this fails, too.
    await writable.close().catch(() => undefined);
    throw error;
  }
  await writable.close();
}

async function openAt(part: LocalFile, at: number): Promise<LocalWritable> {
  const writable = await part.createWritable({ keepExistingData: true });
  await writable.seek(at);
  return writable;
}

/** Gives a complete part its name; by copying it, where the browser can't rename. */
async function rename(part: LocalFile, folder: LocalFolder, name: string): Promise<void> {
  const renamed = await part.move?.(name).then(
    () => true,
    () => false,
  );
  if (renamed) return;
  const { name: partName } = part;
  const writable = await (await folder.getFileHandle(name, { create: true })).createWritable();
  await copyBytes((await part.getFile()).stream(), (chunk) => writable.write(chunk));
  await writable.close();
  await folder.removeEntry(partName);
}
