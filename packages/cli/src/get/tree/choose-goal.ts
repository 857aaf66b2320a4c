/** What of a shared folder is downloaded: by the path in the link, and by the PATHs of the command line. */
import { CliError } from "../../failure/cli-error.ts";
import { printablePath } from "../../format.ts";
import { joinPath, pathText, splitPath } from "./tree-path.ts";
import type { TreeSource } from "./tree-source.ts";

export type Goal =
  | { readonly kind: "file"; readonly path: Buffer }
  /** @property select paths within the folder; empty for all of it */
  | { readonly kind: "folder"; readonly path: Buffer; readonly select: readonly Buffer[] };

/** A PATH of the command line: names separated by `/`. @throws CliError `usage` */
export function parseTreePath(text: string): Buffer {
  if (/^https?:\/\//iu.test(text)) throw new CliError("usage", "There are too many arguments: give one link, and PATHs within its folder.");
  const names = text.split("/").filter((name) => name !== "" && name !== ".");
  if (names.includes("..")) throw new CliError("usage", `${printablePath(text)} leads out of the shared folder. Give a PATH within it.`);
  return Buffer.from(names.join("/"));
}

/**
 * The file or folder to download. One PATH is the same as a link to it; several are parts of the folder that the link leads to.
 * @param base the link's path; empty for the whole share
 * @throws CliError `not-found`, `usage`; {@link ClientError}
 */
export async function chooseGoal(source: TreeSource, base: Uint8Array, paths: readonly Buffer[], signal: AbortSignal): Promise<Goal> {
  const [only, ...more] = paths;
  const path = only === undefined || more.length > 0 ? Buffer.from(base) : appendPath(base, only);
  const select = more.length > 0 ? paths : [];
  if (path.byteLength === 0) return { kind: "folder", path, select };
  const { folder, name } = splitPath(path);
  const { entries } = await source.readFolder(folder, signal);
  const entry = entries.find((one) => name.equals(one.name));
  if (entry === undefined) throw missing(path);
  if (entry.kind === "folder") return { kind: "folder", path, select };
  if (select.length > 0) throw new CliError("usage", `The link leads to the file ${printablePath(pathText(path))}, so omit the PATHs.`);
  return { kind: "file", path };
}

export function missing(path: Uint8Array): CliError {
  return new CliError(
    "not-found",
    `The shared folder has no ${printablePath(pathText(path))}. PATHs are relative to what the link leads to.`,
  );
}

function appendPath(base: Uint8Array, path: Buffer): Buffer {
  return path.byteLength === 0 ? Buffer.from(base) : joinPath(base, path);
}

/** Paths by their first names. @throws CliError `usage` for an empty path, which is the whole folder */
export function byFirstName(paths: readonly (readonly Buffer[])[]): ReadonlyMap<string, readonly (readonly Buffer[])[]> {
  const groups = new Map<string, (readonly Buffer[])[]>();
  for (const [first, ...rest] of paths) {
    if (first === undefined) throw new CliError("usage", "One of several PATHs is the whole folder: omit the others.");
    const key = first.toString("latin1");
    groups.set(key, [...(groups.get(key) ?? []), rest]);
  }
  return groups;
}
