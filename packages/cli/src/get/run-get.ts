/** `rangecast get`: downloads the file of a link into a folder, or to standard output. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { ShareLink } from "@rangecast/signal";
import { CliError, systemCode } from "../failure/cli-error.ts";
import { type Context, volumeOf } from "../context.ts";
import { type ExitCode, exitCodeOf } from "../failure/exit-code.ts";
import { openFileSink } from "./save/file-sink.ts";
import type { GetReporter } from "./report/get-event.ts";
import { refusalOf } from "./refusals.ts";
import { createGetReporter } from "./report/reporter.ts";
import { LinkDiagnosis } from "../remote/link-diagnosis.ts";
import { noticesOfLink, readLink } from "../remote/link-input.ts";
import { viewerConnections } from "../remote/peer-connections.ts";
import { createStateEvents } from "../remote/state-events.ts";
import { openReconnectingSource, type RemoteSource } from "./reconnecting-source.ts";
import { saveName } from "../save-name.ts";
import { type Destination, type GetFlags, resolveDestination } from "./settings.ts";
import { createStdoutSink, type Sink } from "./sink.ts";
import { transfer } from "./transfer.ts";

/** Interval of progress events, milliseconds: for a live display, and for lines. */
const LIVE_PROGRESS_MS = 250;
const LINE_PROGRESS_MS = 1000;

const TITLE = "rangecast get";

/** @returns the exit code. @throws CliError */
export async function runGet(argument: string | undefined, flags: GetFlags, context: Context): Promise<ExitCode> {
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
    await fetchFile(run, link);
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

interface Run {
  readonly flags: GetFlags;
  readonly context: Context;
  readonly report: GetReporter;
  readonly destination: Destination;
  link?: ShareLink;
  diagnosis?: LinkDiagnosis;
  /** Bytes present at the end. */
  bytes: number;
  /** Whether the next run can use them. */
  kept: boolean;
}

async function fetchFile(run: Run, link: ShareLink): Promise<void> {
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
    const opened = await openSink(run, source, link);
    try {
      await fetchInto(opened, run, source);
    } finally {
      run.bytes = opened.sink.length;
      run.kept = await opened.sink.close();
    }
  } finally {
    await source.close();
  }
}

interface Opened {
  readonly sink: Sink;
  /** The path as reported in events. */
  readonly file: string;
  readonly notices: readonly string[];
}

async function openSink({ destination, flags, context }: Run, { version }: RemoteSource, link: ShareLink): Promise<Opened> {
  const { shareId } = link;
  const linkNotices = noticesOfLink(link);
  if (destination.kind === "stdout") return { sink: createStdoutSink(context.stdout), file: "-", notices: linkNotices };
  const { size, provisional } = version;
  // A transcoded file has different bytes each time.
  const etag = provisional ? undefined : version.etag;
  const name = flags.name ?? saveName(version.name);
  const sink = await openFileSink({
    folder: destination.path,
    name,
    key: { shareId, size: provisional ? 0 : size, etag: etag ?? randomUUID() },
    resumable: etag !== undefined,
    overwrite: flags.overwrite === true,
  });
  const notices = [
    ...linkNotices,
    ...(sink.outdated ? ["The file changed on the host since the last run, so it is downloaded from the start."] : []),
    ...(provisional ? ["The host doesn't know the size of this file, so the download can't continue if it stops."] : []),
    ...(etag === undefined && !provisional
      ? ["The host doesn't identify the version of this file, so the download can't continue if it stops."]
      : []),
  ];
  return { sink, file: join(destination.path, name), notices };
}

async function fetchInto({ sink, file, notices }: Opened, run: Run, source: RemoteSource): Promise<void> {
  const { report, context, flags } = run;
  const { name, size, provisional, mediaType } = source.version;
  const known = provisional ? (size === 0 ? {} : { estimatedSize: size }) : { size };
  const media = mediaType === undefined ? {} : { mediaType };
  const empty = size === 0 && !provisional ? ["The file is empty (0 bytes)."] : [];
  report({ event: "ready", name, ...known, file, resumed: sink.length, ...media, notices: [...notices, ...empty] });
  const startedMs = performance.now();
  const { fetched, sha256 } = await transfer({
    source,
    sink,
    sha256: flags.sha256 === true,
    signal: context.stop.signal,
    report,
    progressMs: context.terminal.interactive ? LIVE_PROGRESS_MS : LINE_PROGRESS_MS,
  });
  const seconds = Math.round(performance.now() - startedMs) / 1000;
  report({ event: "done", file, size: sink.length, fetched, seconds, ...(sha256 === undefined ? {} : { sha256 }) });
}
