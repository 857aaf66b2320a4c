/** What `rangecast get` shall do, settled once from its options. */
import { stat } from "node:fs/promises";
import { systemErrorWords } from "@rangecast/daemon";
import { CliError, systemCode } from "../failure/cli-error.ts";
import { printable } from "../format.ts";
import { missingWords, type ResolvePath } from "../paths.ts";

/** As commander reads them. */
export interface GetFlags {
  /** A folder, or `-` for standard output. */
  readonly out?: string;
  readonly name?: string;
  readonly overwrite?: boolean;
  readonly sha256?: boolean;
  readonly verbose?: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** Where the bytes go. */
export type Destination = { readonly kind: "stdout" } | { readonly kind: "folder"; readonly path: string; readonly shown: string };

const MAX_SHOWN_PATH = 400;

/** @throws CliError `usage`, or `cannot-write` where the folder is none */
export async function resolveDestination(flags: GetFlags, resolvePath: ResolvePath, stdoutIsTerminal: boolean): Promise<Destination> {
  const { out = ".", name, overwrite } = flags;
  if (out === "-") {
    if (name !== undefined || overwrite === true)
      throw new CliError("usage", "--name and --overwrite are for files, and --out - is standard output.");
    // What a stranger sends may hold commands for a terminal.
    if (stdoutIsTerminal)
      throw new CliError("usage", "Standard output is a terminal: send it into a program or a file, or leave --out away.");
    return { kind: "stdout" };
  }
  const path = resolvePath(out);
  const shown = printable(out === "." ? "this folder" : out, MAX_SHOWN_PATH);
  await checkFolder(path, shown, out);
  return { kind: "folder", path, shown };
}

async function checkFolder(path: string, shown: string, out: string): Promise<void> {
  let isFolder;
  try {
    isFolder = (await stat(path)).isDirectory();
  } catch (cause) {
    if (systemCode(cause) === "ENOENT")
      throw new CliError("cannot-write", `${missingWords(out, shown, "folder")} Create it, or give another with --out.`, { cause });
    throw new CliError("cannot-write", `The folder ${shown} can't be used: ${systemErrorWords(cause)}.`, { cause });
  }
  if (!isFolder) throw new CliError("cannot-write", `${shown} is no folder. --out is for a folder; for another name there is --name.`);
}
