/* Where an open file or folder really is: the path without any symbolic link, after it was opened, so that nothing can be exchanged in between. */
import { type FileHandle, readlink, realpath, stat } from "node:fs/promises";

const SLASH = 0x2f;
/** Bit in which upper and lower case of ASCII letters differ. */
const CASE_BIT = 0x20;

/** Where Linux shows itself: memory, processes, settings. Opening a file there can have effects, and its size means nothing. */
const KERNEL_PLACE = /^\/(?:proc|sys)(?:\/|$)/u;

/** The real path of an open file or folder; undefined if it has none any more. @param path by which it was opened @throws the system's error */
export async function placeOf(handle: FileHandle, path: Buffer): Promise<Buffer | undefined> {
  return (await placeByDescriptor(handle)) ?? placeByName(handle, path);
}

/** By what Linux states about an open descriptor; undefined on other systems, and where /proc is not mounted. */
async function placeByDescriptor(handle: FileHandle): Promise<Buffer | undefined> {
  if (process.platform !== "linux") return undefined;
  try {
    return await readlink(descriptorPath(handle), { encoding: "buffer" });
  } catch {
    return undefined;
  }
}

/** By the path: its real path must still name what was opened. */
export async function placeByName(handle: FileHandle, path: Buffer): Promise<Buffer | undefined> {
  const place = await realpath(path, { encoding: "buffer" });
  const [opened, named] = await Promise.all([handle.stat({ bigint: true }), stat(place, { bigint: true })]);
  return opened.ino === named.ino && opened.dev === named.dev ? place : undefined;
}

/** A path that names what is open, whatever happens to its own path. Linux only. */
export function descriptorPath({ fd }: FileHandle): Buffer {
  return Buffer.from(`/proc/self/fd/${fd}`);
}

/** Whether a place is in `/proc` or `/sys`, which are never shared: they belong to a share of `/`, but hold no files. */
export function isKernelPlace(place: Buffer): boolean {
  return process.platform === "linux" && KERNEL_PLACE.test(place.toString("latin1"));
}

/** A path below a folder. @param path empty for the folder itself */
export function joinPath(folder: Buffer, path: Buffer): Buffer {
  if (path.byteLength === 0) return folder;
  if (folder.byteLength === 0) return path;
  const separator = folder.at(-1) === SLASH ? [] : [Buffer.of(SLASH)];
  return Buffer.concat([folder, ...separator, path]);
}

/** The path of a place below a folder, empty for the folder itself; undefined if the place is not in it. */
export function pathWithin(folder: Buffer, place: Buffer): Buffer | undefined {
  if (place.equals(folder)) return Buffer.alloc(0);
  const prefix = folder.at(-1) === SLASH ? folder : Buffer.concat([folder, Buffer.of(SLASH)]);
  return place.subarray(0, prefix.byteLength).equals(prefix) ? place.subarray(prefix.byteLength) : undefined;
}

/** Whether two paths below a folder are the same, or differ only in the case of ASCII letters, as they may in file systems that ignore it. */
export function samePath(one: Buffer, other: Buffer): boolean {
  return one.byteLength === other.byteLength && one.every((byte, at) => byte === other[at] || lower(byte) === lower(other[at] ?? 0));
}

function lower(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | CASE_BIT : byte;
}
