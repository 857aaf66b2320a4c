/*
 * What is already at the place of a file. The record of a finished file is the file itself: it gets its name only when it is complete, with the size and the
 * time of the host's version. So there is no journal that could be lost, or contradict the folder, and other programs that keep times (rsync -t, cp -p) can
 * move or complete the copy. What it can't tell: a version of the same size and time but other bytes; for that, remove the file.
 */
import { statOf } from "../save/save-target.ts";

/** `finished`: this version was downloaded. `other`: another version, or a file that has nothing to do with it. `blocked`: no file, and never replaced. */
export type Existing = "nothing" | "finished" | "other" | "blocked";

/** Times of some file systems have whole seconds, those of FAT two: milliseconds. */
const COARSE_MS = 2000;
const SECOND_MS = 1000;

export interface Version {
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modifiedMs: number;
}

/** Doesn't follow links. @throws the system's error */
export async function lookAt(path: Buffer, version: Version): Promise<Existing> {
  const stats = await statOf(path);
  if (stats === undefined) return "nothing";
  if (stats.isFile()) return stats.size === version.size && sameTime(stats.mtimeMs, version.modifiedMs) ? "finished" : "other";
  return stats.isSymbolicLink() ? "other" : "blocked";
}

/** Whether a file system that was given the host's time has this one. */
export function sameTime(localMs: number, hostMs: number): boolean {
  const distance = Math.abs(localMs - hostMs);
  // Times pass through floating-point seconds.
  return distance <= 1 || (localMs % SECOND_MS === 0 && distance < COARSE_MS);
}
