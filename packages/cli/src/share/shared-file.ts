import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { basename } from "node:path";
import { systemErrorWords } from "@rangecast/daemon";
import { CliError, systemCode } from "../failure/cli-error.ts";
import { printablePath } from "../format.ts";
import { missingText, type ResolvePath } from "../paths.ts";

export interface SharedFile {
  /** Absolute. */
  readonly path: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * Checks the file to share, before the program listens on a port or prints a link.
 * @throws CliError `usage`, `not-found`, `not-a-file` or `unreadable`
 */
export async function inspectFile(path: string, name: string | undefined, resolvePath: ResolvePath): Promise<SharedFile> {
  if (path === "") throw new CliError("usage", WHICH_FILE);
  const absolute = resolvePath(path);
  const shown = printablePath(path);
  let stats;
  try {
    stats = await stat(absolute);
  } catch (cause) {
    throw refusal(path, cause);
  }
  if (stats.isDirectory()) {
    throw new CliError(
      "not-a-file",
      `${shown} is a folder. Folders can't be shared yet: give a file, or put the folder into an archive first.`,
    );
  }
  if (!stats.isFile()) throw new CliError("not-a-file", `${shown} is not a regular file. Only regular files can be shared.`);
  try {
    await access(absolute, constants.R_OK);
  } catch (cause) {
    throw refusal(path, cause);
  }
  return { path: absolute, name: name ?? basename(absolute), size: stats.size };
}

/** An empty argument usually comes from an unset variable in a script. */
const WHICH_FILE = 'Which file? Give its path: "rangecast share FILE".';

function refusal(path: string, cause: unknown): CliError {
  const shown = printablePath(path);
  const code = systemCode(cause);
  if (code === "ENOENT" || code === "ENOTDIR") {
    if (path.trim() === "") return new CliError("usage", WHICH_FILE, { cause });
    return new CliError("not-found", `${missingText(path, shown, "file")} Check the path.`, { cause });
  }
  const why =
    code === "EACCES" || code === "EPERM"
      ? "permission denied. Check the permissions of the file and its folder."
      : `${systemErrorWords(cause)}.`;
  return new CliError("unreadable", `${shown} can't be read: ${why}`, { cause });
}
