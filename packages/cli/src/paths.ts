/** Paths that a user gives, and what can be wrong with them before a file is even looked for. */
import { statSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { CliError, systemCode } from "./failure/cli-error.ts";

/** Makes a path absolute. @throws CliError `not-found` where it counts from a current folder that can't be used */
export type ResolvePath = (path: string) => string;

/** What Node puts in the place of bytes that are not UTF-8, in arguments, environment and folder names. */
const REPLACEMENT = "\uFFFD";

const NOT_UTF8 = `Its name is not valid UTF-8 (shown as ${REPLACEMENT}), which rangecast can't handle`;

/** @param cwd throws where the current folder was deleted */
export function createPathResolver(cwd: () => string = () => process.cwd()): ResolvePath {
  return (path) => (isAbsolute(path) ? resolve(path) : resolve(currentFolder(cwd), path));
}

function currentFolder(cwd: () => string): string {
  let folder;
  try {
    folder = cwd();
  } catch (cause) {
    if (systemCode(cause) !== "ENOENT")
      throw new CliError("not-found", "The current folder can't be read. Change to another one, or give whole paths.", { cause });
    throw new CliError("not-found", "The current folder is gone: it was deleted or moved. Change to another one.", { cause });
  }
  if (isNotUtf8(folder)) {
    throw new CliError(
      "not-found",
      `The current folder can't be used. ${NOT_UTF8}. Rename it, or make a symbolic link to it and give paths through that.`,
    );
  }
  return folder;
}

/** Whether the path was not valid UTF-8 before Node read it. One that has U+FFFD in its own right names something. */
export function isNotUtf8(path: string): boolean {
  return path.includes(REPLACEMENT) && statSync(path, { throwIfNoEntry: false }) === undefined;
}

/** Why there is nothing at the path, and what to do. @param shown the path, safe to print */
export function missingWords(path: string, shown: string, what: "file" | "folder"): string {
  if (!path.includes(REPLACEMENT)) return `There is no ${what} ${shown}.`;
  return `The ${what} ${shown} can't be opened. ${NOT_UTF8}. Rename it, or make a symbolic link to it and give that.`;
}
