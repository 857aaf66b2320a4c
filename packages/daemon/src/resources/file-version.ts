import type { BigIntStats } from "node:fs";
import { etagHash, etagOfHash } from "./etag.ts";

/** Identifies a version of a file without reading it (docs/decisions/0003). */
export interface FileVersion {
  readonly size: bigint;
  /** mtime: last change of the content, unless it was set explicitly, as `cp -p` and `touch` do. */
  readonly modifiedNs: bigint;
  /** ctime: last change of content or attributes. It can't be set, but chmod, rename and a new hard link change it too. */
  readonly changedNs: bigint;
  readonly inode: bigint;
  readonly device: bigint;
}

/**
 * How a file changed since its version was taken:
 * - `grown`: longer, as after an append. The announced bytes may be unchanged; local-file.ts compares samples of them.
 * - `shrunk`: shorter
 * - `rewritten`: the same size and another mtime or ctime, so the content may have changed
 * - `replaced`: the path names another file; `gone`: it names none. The open file still has the announced bytes.
 */
export type FileChange = "same" | "grown" | "shrunk" | "rewritten" | "replaced" | "gone";

export function versionOf(stats: Pick<BigIntStats, "size" | "mtimeNs" | "ctimeNs" | "ino" | "dev">): FileVersion {
  return { size: stats.size, modifiedNs: stats.mtimeNs, changedNs: stats.ctimeNs, inode: stats.ino, device: stats.dev };
}

/** A strong validator (RFC 9110, 8.8.1), including the quotes. It is a hash, so that viewers don't learn inode numbers. */
export function etagOf(version: FileVersion): string {
  return etagOfHash(versionKey(version));
}

/** The hash in the etag: 16 bytes. */
export function versionKey(version: FileVersion): Buffer {
  return etagHash([version.size, version.modifiedNs, version.changedNs, version.inode, version.device].join(":"));
}

/** Whether all fields are equal. */
export function sameVersion(one: FileVersion, other: FileVersion): boolean {
  return (
    one.size === other.size &&
    one.modifiedNs === other.modifiedNs &&
    one.changedNs === other.changedNs &&
    one.inode === other.inode &&
    one.device === other.device
  );
}

/**
 * Compares the announced version with the file now. A new ctime alone counts as rewritten, since a copy that restores the old mtime leaves no other trace.
 * It does not if the path no longer names the file, because removing and renaming set the ctime.
 * @param open the open file as it is now
 * @param named the file that the path names now, undefined if none
 */
export function compareVersions(announced: FileVersion, open: FileVersion, named: FileVersion | undefined): FileChange {
  if (open.size < announced.size) return "shrunk";
  if (open.size === announced.size && open.modifiedNs !== announced.modifiedNs) return "rewritten";
  if (named === undefined) return "gone";
  if (named.inode !== announced.inode || named.device !== announced.device) return "replaced";
  if (open.size > announced.size) return "grown";
  return open.changedNs === announced.changedNs ? "same" : "rewritten";
}
