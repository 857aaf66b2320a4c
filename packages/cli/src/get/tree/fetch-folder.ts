/** Connects a run of `rangecast get` with the download of a tree. */
import type { ShareLink } from "@rangecast/signal";
import { CliError } from "../../failure/cli-error.ts";
import { noticesOfLink } from "../../remote/link-input.ts";
import { saveName } from "../../save-name.ts";
import { progressInterval, type Run } from "../get-run.ts";
import type { RemoteSource } from "../reconnecting-source.ts";
import { runTree, type RunTreeOptions } from "./run-tree.ts";
import { pathText, splitPath } from "./tree-path.ts";
import type { TreeSource } from "./tree-source.ts";
import { TreeTally } from "./tree-tally.ts";

export interface FolderPart {
  readonly source: RemoteSource;
  readonly tree: TreeSource;
  readonly link: ShareLink;
  readonly goal: RunTreeOptions["goal"];
}

/** @throws as runTree; CliError `usage` for options that only a file has */
export async function fetchFolder(run: Run, { source, tree, link, goal }: FolderPart): Promise<void> {
  const { destination, flags, report, context } = run;
  if (destination.kind === "stdout")
    throw new CliError("usage", "A folder can't be written to standard output. Give the PATH of one of its files, or a folder with --out.");
  if (flags.sha256 === true)
    throw new CliError("usage", "--sha256 is for one file, but the link leads to a folder. Give the PATH of a file.");
  const name = goal.path.byteLength === 0 ? source.version.name : pathText(splitPath(goal.path).name);
  const tally = new TreeTally();
  // Complete files are never lost.
  run.kept = true;
  try {
    await runTree({
      source: tree,
      connection: source,
      goal,
      shareId: link.shareId,
      name,
      out: destination.path,
      localName: flags.name ?? saveName(name),
      flags,
      notices: noticesOfLink(link),
      report,
      tally,
      progressMs: progressInterval(run),
      signal: context.stop.signal,
    });
  } finally {
    run.bytes = tally.bytes;
  }
}
