/** Checks what is to be shared, before the program listens on a port or prints a link. */
import { constants, type Stats } from "node:fs";
import { access, stat } from "node:fs/promises";
import { basename } from "node:path";
import { type SharedContent, systemErrorWords } from "@rangecast/daemon";
import { CliError, systemCode } from "../failure/cli-error.ts";
import { printablePath } from "../format.ts";
import { missingText, type ResolvePath } from "../paths.ts";

/** The options for folders, as commander parses them. */
export interface FolderFlags {
  readonly exclude?: readonly string[];
  readonly all?: boolean;
  readonly follow?: boolean;
}

/** What is shared. */
export interface SharedPaths {
  /** For the daemon. */
  readonly content: SharedContent;
  /** The name for viewers, if one was given. */
  readonly name: string | undefined;
  /** For messages: the file's or folder's own name, that of the first of several, or the given one. */
  readonly shown: string;
  /** The absolute path, if exactly one file is shared. */
  readonly file: string | undefined;
  /** Its size, bytes; else 0. */
  readonly size: number;
}

interface InspectOptions extends FolderFlags {
  readonly name?: string;
}

/** @throws CliError `usage`, `not-found`, `not-a-file` or `unreadable` */
export async function inspectPaths(paths: readonly string[], options: InspectOptions, resolvePath: ResolvePath): Promise<SharedPaths> {
  const { name, exclude = [], all = false, follow = false } = options;
  const found: InspectedPath[] = [];
  for (const path of paths) found.push(await inspectPath(path, resolvePath));
  const [first] = found;
  if (first === undefined) throw new CliError("usage", WHICH_FILE);
  const useless = found.some(({ isFolder }) => isFolder) ? [] : folderFlags({ exclude, all, follow });
  if (useless.length > 0) throw new CliError("usage", `${useless.join(", ")}: this is for folders, and no folder is shared.`);
  const isFile = found.length === 1 && !first.isFolder;
  return {
    content: { path: found.map(({ path }) => path), exclude, all, follow },
    name,
    shown: name ?? basename(first.path),
    file: isFile ? first.path : undefined,
    size: isFile ? first.size : 0,
  };
}

function folderFlags({ exclude, all, follow }: Required<FolderFlags>): string[] {
  return [...(exclude.length > 0 ? ["--exclude"] : []), ...(all ? ["--all"] : []), ...(follow ? ["--follow"] : [])];
}

interface InspectedPath {
  /** Absolute. */
  readonly path: string;
  readonly isFolder: boolean;
  readonly size: number;
}

async function inspectPath(path: string, resolvePath: ResolvePath): Promise<InspectedPath> {
  if (path === "") throw new CliError("usage", WHICH_FILE);
  const absolute = resolvePath(path);
  const stats = await orRefusal(path, () => stat(absolute));
  if (!stats.isFile() && !stats.isDirectory()) {
    throw new CliError("not-a-file", `${printablePath(path)} is not a regular file. Only regular files and folders can be shared.`);
  }
  await orRefusal(path, () => access(absolute, neededAccess(stats)), stats);
  return { path: absolute, isFolder: stats.isDirectory(), size: stats.size };
}

/** A folder is listed and entered. */
function neededAccess(stats: Stats): number {
  return stats.isDirectory() ? constants.R_OK | constants.X_OK : constants.R_OK;
}

/** An empty argument usually comes from an unset variable in a script. */
const WHICH_FILE = 'Which file? Give its path, or that of a folder: "rangecast share PATH".';

async function orRefusal<T>(path: string, act: () => Promise<T>, stats?: Stats): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    throw refusal(path, cause, stats?.isDirectory() === true ? "folder" : "file");
  }
}

function refusal(path: string, cause: unknown, what: "file" | "folder"): CliError {
  const shown = printablePath(path);
  const code = systemCode(cause);
  if (code === "ENOENT" || code === "ENOTDIR") {
    if (path.trim() === "") return new CliError("usage", WHICH_FILE, { cause });
    return new CliError("not-found", `${missingText(path, shown, "file")} Check the path.`, { cause });
  }
  const why =
    code === "EACCES" || code === "EPERM"
      ? `permission denied. Check the permissions of the ${what} and ${what === "file" ? "its folder" : "the folders above it"}.`
      : `${systemErrorWords(cause)}.`;
  return new CliError("unreadable", `${shown} can't be read: ${why}`, { cause });
}
