/** Downloads a shared folder, or a part of it, into a folder named after it. */
import { join } from "node:path";
import { RateMeter } from "@rangecast/base";
import { CliError } from "../../failure/cli-error.ts";
import { percentOf } from "../../format.ts";
import type { GetReporter } from "../report/get-event.ts";
import { createPathWatch, type PathSource, RATE_SPAN_MS } from "../report/path-watch.ts";
import type { TreeProgressEvent } from "../report/tree-event.ts";
import { count } from "../report/tree-text.ts";
import type { Goal } from "./choose-goal.ts";
import { FileFetcher, SMALL_BYTES } from "./file-fetcher.ts";
import { TreeFetcher } from "./tree-fetcher.ts";
import { checkFolder, makeFolder } from "../place/local-folder.ts";
import { probeRules, usualRules } from "../place/name-rules.ts";
import { closeParts, openParts } from "../place/parts-folder.ts";
import { createFilter, type FilterFlags } from "./path-filter.ts";
import { selectPaths } from "./select-paths.ts";
import { TreeFolder } from "./tree-folder.ts";
import { namesOf } from "./tree-path.ts";
import type { TreeSource } from "./tree-source.ts";
import type { TreeTally } from "./tree-tally.ts";

export interface RunTreeOptions {
  readonly source: TreeSource;
  readonly connection: PathSource;
  readonly goal: Extract<Goal, { kind: "folder" }>;
  readonly shareId: string;
  /** The folder's name as the host gave it, to show. */
  readonly name: string;
  /** The folder in which its own is made, and the name of that, made safe. */
  readonly out: string;
  readonly localName: string;
  readonly flags: FilterFlags & { readonly overwrite?: boolean; readonly dryRun?: boolean };
  readonly notices: readonly string[];
  readonly report: GetReporter;
  readonly tally: TreeTally;
  /** Interval of progress events, milliseconds. */
  readonly progressMs: number;
  readonly signal: AbortSignal;
}

/** @throws CliError `incomplete` if not everything is there at the end; what prevents any download; the signal's reason */
export async function runTree(options: RunTreeOptions): Promise<void> {
  const { flags, report, tally, name, notices } = options;
  const folder = join(options.out, options.localName);
  const dryRun = flags.dryRun === true;
  const fresh = await prepareTarget(folder, dryRun);
  const parts = dryRun ? undefined : await openParts(folder, SMALL_BYTES);
  report({ event: "tree-ready", name, folder, notices });
  const startedMs = performance.now();
  const stopProgress = reportProgress(options);
  try {
    await fetchInto({ folder, parts, fresh }, options);
  } finally {
    stopProgress();
    if (parts !== undefined) await closeParts(parts);
  }
  const { saved, finished, existing, failed, skipped, doneBytes, fetchedBytes } = tally;
  const seconds = Math.round(performance.now() - startedMs) / 1000;
  const counts = { saved, finished, existing, failed, skipped };
  report({ event: "tree-done", folder, dryRun, ...counts, size: doneBytes, fetched: fetchedBytes, seconds });
  if (failed + existing > 0) throw incomplete(tally);
}

/** @returns whether the folder is new @throws CliError `exists`; the system's error */
async function prepareTarget(folder: string, dryRun: boolean): Promise<boolean> {
  try {
    if (!dryRun) return await makeFolder(Buffer.from(folder));
    await checkFolder(Buffer.from(folder));
    return false;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new CliError("exists", `${error.message} Choose another name with --name, or another folder with --out.`, { cause: error });
  }
}

interface Target {
  readonly folder: string;
  /** undefined: a dry run. */
  readonly parts: string | undefined;
  readonly fresh: boolean;
}

async function fetchInto({ folder, parts, fresh }: Target, options: RunTreeOptions): Promise<void> {
  const { source, goal, shareId, flags, report, tally, signal } = options;
  const overwrite = flags.overwrite === true;
  const included = (flags.include ?? []).length === 0;
  const root = TreeFolder.root(goal.path, folder, { included, dry: parts === undefined, fresh });
  const rules = parts === undefined ? usualRules() : await probeRules(parts);
  const fetcher = parts === undefined ? undefined : new FileFetcher({ source, shareId, parts, overwrite });
  const tree = new TreeFetcher({ source, fetcher, root, rules, filter: createFilter(flags), overwrite, report, tally });
  if (goal.select.length > 0) await selectPaths(tree, root, goal.select.map(namesOf), signal);
  else {
    tree.add(root, await tree.list(root, signal));
    await root.done();
  }
  await tree.run(signal);
}

function incomplete({ failed, existing }: TreeTally): CliError {
  const clauses = [
    ...(failed > 0 ? [`${count(failed, "file or folder")} could not be downloaded`.replace("file or folders", "files or folders")] : []),
    ...(existing > 0
      ? [`${count(existing, "file")} that ${existing === 1 ? "was" : "were"} already there ${existing === 1 ? "was" : "were"} not replaced`]
      : []),
  ];
  const advice = existing > 0 ? "Use --overwrite to replace other versions." : "Run the same command again to try them again.";
  return new CliError("incomplete", `${clauses.join(", and ")}. ${advice}`, { resumable: false });
}

/** @returns what stops it */
function reportProgress({ tally, report, connection, progressMs }: RunTreeOptions): () => void {
  const meter = new RateMeter(RATE_SPAN_MS);
  meter.sample(0, performance.now());
  const askPath = createPathWatch(connection);
  askPath();
  const timer = setInterval(() => {
    // Bytes of earlier runs don't count for the rate.
    const rate = Math.round(meter.sample(tally.arrivedBytes, performance.now()));
    report(progressOf(tally, rate, askPath()));
  }, progressMs);
  return () => clearInterval(timer);
}

function progressOf(tally: TreeTally, rate: number, path: TreeProgressEvent["path"]): TreeProgressEvent {
  const { saved, finished, knownFiles, knownBytes, bytes, present } = tally;
  const percent = percentOf(bytes, knownBytes);
  return {
    event: "tree-progress",
    files: saved + finished,
    knownFiles,
    bytes,
    knownBytes,
    ...(percent === undefined ? {} : { percent }),
    rate,
    ...(rate > 0 ? { eta: Math.ceil(Math.max(0, knownBytes - bytes) / rate) } : {}),
    path,
    ...(present === undefined ? {} : { file: { path: present.path, bytes: present.bytes, size: present.size } }),
  };
}
