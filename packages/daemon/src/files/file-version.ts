import { createHash } from "node:crypto";
import type { BigIntStats } from "node:fs";

/** Bytes of the hash that are kept in an etag: 128 bits, so that two versions never share one. */
const ETAG_HASH_BYTES = 16;

/** What tells one version of a file from another without reading it (docs/decisions/0003). */
export interface FileVersion {
  readonly size: bigint;
  /** mtime: when the content changed last, as far as nobody set it by hand. `cp -p` and `touch` do. */
  readonly modifiedNs: bigint;
  /** ctime: when content or attributes changed last. Nobody can set it, but chmod, rename and a new hard link change it, too. */
  readonly changedNs: bigint;
  readonly inode: bigint;
  readonly device: bigint;
}

/**
 * What happened to a file since its version was taken:
 * - `grown`: longer, as after an append. The announced bytes need not have changed; file-source.ts looks at samples of them.
 * - `shrunk`: shorter
 * - `rewritten`: the same size and another mtime or ctime, so the content may be another one
 * - `replaced`: the path names another file; `gone`: it names none. The open file still has the announced bytes.
 */
export type FileChange = "same" | "grown" | "shrunk" | "rewritten" | "replaced" | "gone";

export function versionOf(stats: BigIntStats): FileVersion {
  return { size: stats.size, modifiedNs: stats.mtimeNs, changedNs: stats.ctimeNs, inode: stats.ino, device: stats.dev };
}

/** A strong validator (RFC 9110 8.8.1), quotes included. It is a hash, so that viewers don't learn inode numbers. */
export function etagOf(version: FileVersion): string {
  const text = [version.size, version.modifiedNs, version.changedNs, version.inode, version.device].join(":");
  const hash = createHash("sha256").update(text).digest().subarray(0, ETAG_HASH_BYTES);
  return `"${hash.toString("base64url")}"`;
}

/** Whether nothing at all differs. */
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
 * Compares the version that was announced with what is there now. A new ctime alone counts as rewritten, since a copy that sets the old mtime leaves
 * no other trace; except where the path no longer names the file, because removing and renaming set the ctime themselves.
 * @param open the file that is open, as it is now
 * @param named what its path names now, undefined where it names nothing
 */
export function compareVersions(announced: FileVersion, open: FileVersion, named: FileVersion | undefined): FileChange {
  if (open.size < announced.size) return "shrunk";
  if (open.size === announced.size && open.modifiedNs !== announced.modifiedNs) return "rewritten";
  if (named === undefined) return "gone";
  if (named.inode !== announced.inode || named.device !== announced.device) return "replaced";
  if (open.size > announced.size) return "grown";
  return open.changedNs === announced.changedNs ? "same" : "rewritten";
}
