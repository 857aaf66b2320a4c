/** `rangecast get`: downloads the file or folder of a link, or a part of it. */
import type { ShareLink } from "@rangecast/signal";
import { CliError, systemCode } from "../failure/cli-error.ts";
import { type Context, volumeOf } from "../context.ts";
import { type ExitCode, exitCodeOf } from "../failure/exit-code.ts";
import { fetchFile } from "./fetch-file.ts";
import type { Run } from "./get-run.ts";
import { refusalOf } from "./refusals.ts";
import { createGetReporter } from "./report/reporter.ts";
import { LinkDiagnosis } from "../remote/link-diagnosis.ts";
import { readLink } from "../remote/link-input.ts";
import { viewerConnections } from "../remote/peer-connections.ts";
import { createStateEvents } from "../remote/state-events.ts";
import { openPart, openReconnectingSource, type RemoteSource } from "./reconnecting-source.ts";
import { type GetFlags, resolveDestination } from "./settings.ts";
import { chooseGoal, parseTreePath } from "./tree/choose-goal.ts";
import { fetchFolder } from "./tree/fetch-folder.ts";
import type { TreeSource } from "./tree/tree-source.ts";

const TITLE = "rangecast get";

/** @returns the exit code. @throws CliError */
export async function runGet(argument: string | undefined, paths: readonly string[], flags: GetFlags, context: Context): Promise<ExitCode> {
  const { terminal, stop, env, resolvePath, stdin, stdout } = context;
  // Hides the link in the list of processes from here on. Until now other users could see it, so it is better not to pass it as an argument.
  if (argument !== undefined) process.title = TITLE;
  const destination = await resolveDestination(flags, resolvePath, stdout.isTTY);
  if (destination.kind === "stdout") terminal.divert();
  const report = createGetReporter(flags, context);
  const run: Run = { flags, context, report, destination, bytes: 0, kept: false };
  try {
    const link = await readLink({ argument, env, stdin, signal: stop.signal, prompt: (text) => terminal.warn(text) });
    run.link = link;
    run.diagnosis = new LinkDiagnosis(link);
    await fetchShare(run, link, paths.map(parseTreePath));
    return exitCodeOf("ok");
  } catch (error) {
    // The reader of standard output is gone. The process also gets an `error` event for that (see main.ts).
    if (destination.kind === "stdout" && systemCode(error) === "EPIPE") return exitCodeOf("output-closed");
    const folder = destination.kind === "folder" ? destination.shown : undefined;
    const trouble = await run.diagnosis?.findTrouble(error, stop.signal);
    const known = { relay: run.link?.relay ?? "", folder, resumable: run.kept };
    const refusal = refusalOf(error, { ...known, ...(trouble === undefined ? {} : { trouble }) });
    const stopped = stop.signal.aborted && (error === stop.signal.reason || refusal instanceof CliError);
    if (!stopped) throw refusal;
    report({ event: "stopped", reason: stop.reason ?? "interrupted", bytes: run.bytes, resumable: run.kept });
    return stop.exitCode;
  }
}

/** @param paths parts of a folder; none for all of it */
async function fetchShare(run: Run, link: ShareLink, paths: readonly Buffer[]): Promise<void> {
  const { report, context, flags } = run;
  const logger = context.createLogger(volumeOf(flags));
  const stopWatch = run.diagnosis?.watchStart((trouble) => report({ event: "trouble", ...trouble }));
  const source = await openReconnectingSource({
    link,
    signal: context.stop.signal,
    onState: createStateEvents(report, logger),
    createPeerConnection: viewerConnections(logger),
  }).finally(stopWatch);
  try {
    if (source.tree === undefined) {
      refuseParts(link, paths, flags);
      await fetchFile(run, source, link);
    } else await fetchPart(run, source, source.tree, link, paths);
  } finally {
    await source.close();
  }
}

async function fetchPart(run: Run, source: RemoteSource, tree: TreeSource, link: ShareLink, paths: readonly Buffer[]): Promise<void> {
  const { signal } = run.context.stop;
  const goal = await chooseGoal(tree, link.path ?? new Uint8Array(), paths, signal);
  if (goal.kind === "folder") return fetchFolder(run, { source, tree, link, goal });
  refuseFolderFlags(run.flags);
  const file = await openPart(source, tree, goal.path, signal);
  try {
    await fetchFile(run, file, link);
  } finally {
    await file.close();
  }
}

/** @throws CliError `usage` if parts of a file are asked for */
function refuseParts({ path }: ShareLink, paths: readonly Buffer[], flags: GetFlags): void {
  if (path !== undefined || paths.length > 0)
    throw new CliError("usage", "The host shares one file, and no folder that could have that PATH.");
  refuseFolderFlags(flags);
}

function refuseFolderFlags({ include, exclude, dryRun }: GetFlags): void {
  if (include !== undefined || exclude !== undefined || dryRun === true)
    throw new CliError("usage", "--include, --exclude and --dry-run are for folders, but the link leads to a file.");
}
