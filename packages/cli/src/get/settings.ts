/** Resolves the options of `rangecast get`. */
import { stat } from "node:fs/promises";
import { systemErrorWords } from "@rangecast/daemon";
import type { OutputFlags } from "../context.ts";
import { CliError, systemCode } from "../failure/cli-error.ts";
import { printablePath } from "../format.ts";
import { missingText, type ResolvePath } from "../paths.ts";

/** The options as commander parses them. */
export interface GetFlags extends OutputFlags {
  /** A folder, or `-` for standard output. */
  readonly out?: string;
  readonly name?: string;
  readonly overwrite?: boolean;
  readonly sha256?: boolean;
  /** Patterns: see tree/path-filter.ts. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly dryRun?: boolean;
}

/** Where the file is written. @property shown the folder, safe to print */
export type Destination = { readonly kind: "stdout" } | { readonly kind: "folder"; readonly path: string; readonly shown: string };

/** @throws CliError `usage`, or `cannot-write` if the folder can't be used */
export async function resolveDestination(flags: GetFlags, resolvePath: ResolvePath, stdoutIsTerminal: boolean): Promise<Destination> {
  const { out = ".", name, overwrite } = flags;
  if (out === "-") {
    if (name !== undefined || overwrite === true)
      throw new CliError("usage", "--name and --overwrite can't be used with --out -, which writes to standard output.");
    // The file's bytes could contain control sequences for the terminal.
    if (stdoutIsTerminal)
      throw new CliError("usage", "Standard output is a terminal: redirect it to a program or a file, or omit --out -.");
    return { kind: "stdout" };
  }
  const path = resolvePath(out);
  const shown = printablePath(out === "." ? "this folder" : out);
  await checkFolder(path, shown, out);
  return { kind: "folder", path, shown };
}

async function checkFolder(path: string, shown: string, out: string): Promise<void> {
  let isFolder;
  try {
    isFolder = (await stat(path)).isDirectory();
  } catch (cause) {
    if (systemCode(cause) === "ENOENT")
      throw new CliError("cannot-write", `${missingText(out, shown, "folder")} Create it, or choose another with --out.`, { cause });
    throw new CliError("cannot-write", `The folder ${shown} can't be used: ${systemErrorWords(cause)}.`, { cause });
  }
  if (!isFolder)
    throw new CliError("cannot-write", `${shown} is not a folder. --out takes a folder; to change the file's name, use --name.`);
}
