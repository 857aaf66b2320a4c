import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { basename } from "node:path";
import { systemErrorWords } from "@rangecast/daemon";
import { CliError, systemCode } from "../failure/cli-error.ts";
import { printable } from "../format.ts";
import { missingWords, type ResolvePath } from "../paths.ts";

export interface SharedFile {
  /** Absolute. */
  readonly path: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * Looks at what shall be shared, before anything listens or prints a link.
 * @throws CliError `usage`, `not-found`, `not-a-file` or `unreadable`.
 */
export async function inspectFile(path: string, name: string | undefined, resolvePath: ResolvePath): Promise<SharedFile> {
  if (path === "") throw new CliError("usage", WHICH_FILE);
  const absolute = resolvePath(path);
  const shown = printable(path, MAX_SHOWN_PATH);
  let stats;
  try {
    stats = await stat(absolute);
  } catch (cause) {
    throw refusal(path, cause);
  }
  if (stats.isDirectory()) {
    throw new CliError(
      "not-a-file",
      `${shown} is a folder. Folders can't be shared yet: give a file, or pack the folder into an archive first.`,
    );
  }
  if (!stats.isFile()) throw new CliError("not-a-file", `${shown} is no regular file. Only regular files can be read at any place.`);
  try {
    await access(absolute, constants.R_OK);
  } catch (cause) {
    throw refusal(path, cause);
  }
  return { path: absolute, name: name ?? basename(absolute), size: stats.size };
}

const MAX_SHOWN_PATH = 400;

/** An empty argument mostly comes of a variable in a script that is not set. */
const WHICH_FILE = 'Which file? Give its path: "rangecast share FILE".';

function refusal(path: string, cause: unknown): CliError {
  const shown = printable(path, MAX_SHOWN_PATH);
  const code = systemCode(cause);
  if (code === "ENOENT" || code === "ENOTDIR") {
    if (path.trim() === "") return new CliError("usage", WHICH_FILE, { cause });
    return new CliError("not-found", `${missingWords(path, shown, "file")} Check the path.`, { cause });
  }
  const why =
    code === "EACCES" || code === "EPERM"
      ? "you lack permission. Check its access rights, and its folder's."
      : `${systemErrorWords(cause)}.`;
  return new CliError("unreadable", `${shown} can't be read: ${why}`, { cause });
}
