/** `rangecast get`: downloads the file of a link into a folder, or to standard output. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { createPeerConnection } from "@rangecast/rtc-node";
import type { ShareLink } from "@rangecast/signal";
import { CliError, systemCode } from "../failure/cli-error.ts";
import { type Context, volumeOf } from "../context.ts";
import { diagnose, type Trouble } from "../doctor/diagnose.ts";
import { type ExitCode, exitCodeOf } from "../failure/exit-code.ts";
import type { Logger } from "../output/logger.ts";
import { openFileSink } from "./save/file-sink.ts";
import type { GetReporter } from "./report/get-event.ts";
import { refusalOf, whatToDiagnose } from "./refusals.ts";
import { createGetReporter } from "./report/reporter.ts";
import { noticesOfLink, readLink } from "./link-input.ts";
import { openReconnectingSource, type RemoteSource, type SourceState } from "./reconnecting-source.ts";
import { saveName } from "./save/save-name.ts";
import { type Destination, type GetFlags, resolveDestination } from "./settings.ts";
import { createStdoutSink, type Sink } from "./sink.ts";
import { watchSlowStart } from "./slow-start.ts";
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
  const run: Run = { flags, context, report, destination, relayWorks: false, bytes: 0, kept: false };
  try {
    const link = await readLink({ argument, env, stdin, signal: stop.signal, prompt: (text) => terminal.warn(text) });
    run.link = link;
    await fetchFile(run, link);
    return exitCodeOf("ok");
  } catch (error) {
    // The reader of standard output is gone. The process also gets an `error` event for that (see main.ts).
    if (destination.kind === "stdout" && systemCode(error) === "EPIPE") return exitCodeOf("output-closed");
    const folder = destination.kind === "folder" ? destination.shown : undefined;
    const trouble = await findTrouble(run, error);
    const known = { relay: run.link?.relay ?? "", folder, resumable: run.kept };
    const refusal = refusalOf(error, { ...known, ...(trouble === undefined ? {} : { trouble }) });
    const stopped = stop.signal.aborted && (error === stop.signal.reason || refusal instanceof CliError);
    if (!stopped) throw refusal;
    report({ event: "stopped", reason: stop.reason ?? "interrupted", bytes: run.bytes, resumable: run.kept });
    return stop.exitCode;
  }
}

/** Looks for what keeps this computer from reaching the relay or the host, if that may have caused the failure. */
async function findTrouble({ link, trouble, relayWorks, context }: Run, error: unknown): Promise<Trouble | undefined> {
  const what = whatToDiagnose(error);
  if (link === undefined || what === undefined || trouble !== undefined || (what === "relay" && relayWorks)) return trouble;
  return diagnose({ relay: link.relay, ...(what === "path" ? { link } : {}), signal: context.stop.signal });
}

interface Run {
  readonly flags: GetFlags;
  readonly context: Context;
  readonly report: GetReporter;
  readonly destination: Destination;
  link?: ShareLink;
  /** What the doctor's checks found while the start was slow. */
  trouble?: Trouble;
  /** The checks of the relay have run and found nothing. */
  relayWorks: boolean;
  /** Bytes present at the end. */
  bytes: number;
  /** Whether the next run can use them. */
  kept: boolean;
}

async function fetchFile(run: Run, link: ShareLink): Promise<void> {
  const { report, context, flags } = run;
  const logger = context.createLogger(volumeOf(flags));
  const stopWatch = watchSlowStart({
    look: async (signal) => {
      const trouble = await diagnose({ relay: link.relay, signal });
      run.relayWorks = !signal.aborted && trouble === undefined;
      return trouble;
    },
    onTrouble: (trouble) => {
      run.trouble = trouble;
      report({ event: "trouble", ...trouble });
    },
  });
  const source = await openReconnectingSource({
    link,
    signal: context.stop.signal,
    onState: createStateReport(report, logger),
    createPeerConnection: (config) =>
      createPeerConnection({
        ...config,
        onFault: (error) => logger.error("an event handler of a connection failed", { error }),
        onIceServerSkipped: (url) => logger.debug("an ICE server can't be used from here and is skipped", { url }),
      }),
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

/** Reports the states of the source as events. The first connection is reported by `ready`. */
function createStateReport(report: GetReporter, logger: Logger): (state: SourceState) => void {
  let reported = false;
  let waiting = false;
  return (state) => {
    logger.debug("the state of the connection to the host", state);
    if (state.phase === "waiting") {
      waiting = true;
      report({ event: "reconnecting", reason: state.reason, message: state.message, wait: state.waitMs / 1000 });
    } else if (state.phase === "connected") {
      if (waiting) report({ event: "reconnected" });
      waiting = false;
    } else if (!reported) report({ event: "connecting" });
    reported = true;
  };
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
