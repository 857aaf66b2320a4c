/* The paths of a share, and the names that they have for viewers. */
import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { StreamError } from "../daemon-error.ts";
import { systemErrorWords } from "../system-error.ts";
import type { EntryKind } from "./open-inside.ts";
import { uniqueName } from "../resources/unique-name.ts";

/** A path of the disk that is shared. */
export interface SharedPath {
  /** Its name in the root of the share. */
  readonly name: Buffer;
  /** Absolute. */
  readonly path: Buffer;
  /** What it was when it was shared. */
  readonly kind: EntryKind;
}

/**
 * Looks at the paths of a share: nothing in them is read. Of two with the same name, the later one gets a number: `name (2)`.
 * @throws {StreamError} `cannot-open`, or `not-a-file` for anything but files and folders
 */
export async function inspectPaths(paths: readonly string[]): Promise<SharedPath[]> {
  const names = new Set<string>();
  const shared: SharedPath[] = [];
  for (const path of paths) {
    const absolute = resolve(path);
    const name = uniqueName(nameOf(absolute), names);
    names.add(name);
    shared.push({ name: Buffer.from(name), path: Buffer.from(absolute), kind: await kindOf(absolute) });
  }
  return shared;
}

async function kindOf(path: string): Promise<EntryKind> {
  const stats = await stat(path).catch((error: unknown) => {
    throw new StreamError("cannot-open", `${path} can't be opened: ${systemErrorWords(error)}`, { cause: error });
  });
  if (stats.isDirectory()) return "folder";
  if (stats.isFile()) return "file";
  throw new StreamError("not-a-file", `${path} is neither a file nor a folder`);
}

/** The root of a disk has no name but `/`, which is no name of an entry. */
function nameOf(path: string): string {
  const name = basename(path) || path;
  return name.replaceAll(/[/\\:]/gu, "") === "" ? "disk" : name;
}
