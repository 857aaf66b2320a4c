import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { CliError, systemCode } from "../cli-error.ts";
import { printable } from "../format.ts";

export interface SharedFile {
  /** Absolute. */
  readonly path: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * Looks at what shall be shared, before anything listens or prints a link.
 * @throws CliError `not-found`, `not-a-file` or `unreadable`.
 */
export async function inspectFile(path: string, name: string | undefined, cwd: string): Promise<SharedFile> {
  const absolute = resolve(cwd, path);
  const shown = printable(path, MAX_SHOWN_PATH);
  let stats;
  try {
    stats = await stat(absolute);
  } catch (cause) {
    throw refusal(shown, cause);
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
    throw refusal(shown, cause);
  }
  return { path: absolute, name: name ?? basename(absolute), size: stats.size };
}

const MAX_SHOWN_PATH = 400;

function refusal(shown: string, cause: unknown): CliError {
  const code = systemCode(cause) ?? "unknown error";
  if (code === "ENOENT" || code === "ENOTDIR") return new CliError("not-found", `There is no file ${shown}. Check the path.`, { cause });
  const why =
    code === "EACCES" || code === "EPERM" ? "you lack permission. Check its access rights, and its folder's." : `the system says ${code}.`;
  return new CliError("unreadable", `${shown} can't be read: ${why}`, { cause });
}
