import { createHash } from "node:crypto";
import type { BigIntStats } from "node:fs";

/** Bytes of the hash that are kept in an etag: 128 bits, so that two versions never share one. */
const ETAG_HASH_BYTES = 16;

/** What tells one version of a file from another without reading it (docs/decisions/0003). */
export interface FileVersion {
  readonly size: bigint;
  readonly modifiedNs: bigint;
  readonly inode: bigint;
  readonly device: bigint;
}

/**
 * What became of a file since its version was taken:
 * `shrunk` and `rewritten` (same size, new time) touch bytes that were announced; `grown` need not; `replaced` (another file under the
 * path) and `gone` leave the open file as it was.
 */
export type FileChange = "same" | "shrunk" | "rewritten" | "grown" | "replaced" | "gone";

export function versionOf(stats: BigIntStats): FileVersion {
  return { size: stats.size, modifiedNs: stats.mtimeNs, inode: stats.ino, device: stats.dev };
}

/**
 * A strong validator (RFC 9110 8.8.1), quotes included, made of size, time, inode and device. They are hashed, for inode numbers
 * are nobody's business.
 */
export function etagOf(version: FileVersion): string {
  const text = [version.size, version.modifiedNs, version.inode, version.device].join(":");
  const hash = createHash("sha256").update(text).digest().subarray(0, ETAG_HASH_BYTES);
  return `"${hash.toString("base64url")}"`;
}

/**
 * Compares the version that was announced with what is there now.
 * @param open the file that is open, as it is now
 * @param named what its path names now, undefined where it names nothing
 */
export function compareVersions(announced: FileVersion, open: FileVersion, named: FileVersion | undefined): FileChange {
  if (open.size < announced.size) return "shrunk";
  if (open.size > announced.size) return "grown";
  if (open.modifiedNs !== announced.modifiedNs) return "rewritten";
  if (named === undefined) return "gone";
  return named.inode === announced.inode && named.device === announced.device ? "same" : "replaced";
}
