/** Resolves the paths that a user gives, and explains what can be wrong with them. */
import { statSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { CliError, systemCode } from "./failure/cli-error.ts";

/** Makes a path absolute. @throws CliError `not-found` if it is relative and the current folder can't be used */
export type ResolvePath = (path: string) => string;

/** Node replaces bytes that are not UTF-8 with this character in arguments, environment variables and folder names. */
const REPLACEMENT = "\uFFFD";

const NOT_UTF8 = `Its name is not valid UTF-8 (shown as ${REPLACEMENT}), which rangecast can't handle`;

/** @param cwd throws if the current folder was deleted */
export function createPathResolver(cwd: () => string = () => process.cwd()): ResolvePath {
  return (path) => (isAbsolute(path) ? resolve(path) : resolve(currentFolder(cwd), path));
}

function currentFolder(cwd: () => string): string {
  let folder;
  try {
    folder = cwd();
  } catch (cause) {
    if (systemCode(cause) !== "ENOENT")
      throw new CliError("not-found", "The current folder can't be read. Change to another folder, or use absolute paths.", { cause });
    throw new CliError("not-found", "The current folder is gone: it was deleted or moved. Change to another folder.", { cause });
  }
  if (isNotUtf8(folder)) {
    throw new CliError(
      "not-found",
      `The current folder can't be used. ${NOT_UTF8}. Rename it, or create a symbolic link to it and use paths through that link.`,
    );
  }
  return folder;
}

/** Whether the path was not valid UTF-8 before Node decoded it. A path that really contains U+FFFD exists on the disk. */
export function isNotUtf8(path: string): boolean {
  return path.includes(REPLACEMENT) && statSync(path, { throwIfNoEntry: false }) === undefined;
}

/** Why nothing was found at the path, and what to do. @param shown the path, safe to print */
export function missingText(path: string, shown: string, what: "file" | "folder"): string {
  if (!path.includes(REPLACEMENT)) return `There is no ${what} ${shown}.`;
  return `The ${what} ${shown} can't be opened. ${NOT_UTF8}. Rename it, or create a symbolic link to it and use that.`;
}
