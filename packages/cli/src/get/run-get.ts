/** `rangecast get`: fetches the file of a link into a folder, or to standard output. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { createPeerConnection } from "@rangecast/rtc-node";
import type { ShareLink } from "@rangecast/signal";
import { CliError, systemCode } from "../failure/cli-error.ts";
import { type Context, volumeOf } from "../context.ts";
import { diagnose, type Trouble } from "../doctor/diagnose.ts";
import { ExitCode } from "../failure/exit-code.ts";
import type { Logger } from "../output/logger.ts";
import { openFileSink } from "./save/file-sink.ts";
import type { GetReporter } from "./report/get-event.ts";
import { refusalOfGet, whatToDiagnose } from "./refusals.ts";
import { createGetReporter } from "./report/reporter.ts";
import { noticesOfLink, readLink } from "./link-input.ts";
import { openReconnectingSource } from "./reconnecting-source.ts";
import type { RemoteSource, SourceState } from "./remote-source.ts";
import { saveName } from "./save/save-name.ts";
import { type Destination, type GetFlags, resolveDestination } from "./settings.ts";
import type { Sink } from "./sink.ts";
import { watchSlowStart } from "./slow-start.ts";
import { createStdoutSink } from "./stdout-sink.ts";
import { transfer } from "./transfer.ts";

/** Between two looks at how far it is, milliseconds: for eyes, and for lines. */
const LIVE_PROGRESS_MS = 250;
const LINE_PROGRESS_MS = 1000;

const TITLE = "rangecast get";

/** @returns the exit code. @throws CliError */
export async function runGet(argument: string | undefined, flags: GetFlags, context: Context): Promise<ExitCode> {
  const { terminal, stop, env, resolvePath, stdin, stdout } = context;
  // Other users see a program's arguments; from here on they see this instead. It is no substitute for not giving the link as one.
  if (argument !== undefined) process.title = TITLE;
  const destination = await resolveDestination(flags, resolvePath, stdout.isTTY);
  if (destination.kind === "stdout") terminal.divert();
  const report = createGetReporter(flags, context);
  const run: Run = { flags, context, report, destination, bytes: 0, kept: false };
  try {
    const link = await readLink({ argument, env, stdin, signal: stop.signal, prompt: (text) => terminal.warn(text) });
    run.link = link;
    await fetchFile(run, link);
    return ExitCode.ok;
  } catch (error) {
    // Who read standard output has left; the process hears of it as an event of its own, too.
    if (destination.kind === "stdout" && systemCode(error) === "EPIPE") return ExitCode.outputClosed;
    const folder = destination.kind === "folder" ? destination.shown : undefined;
    const trouble = await findTrouble(run, error);
    const known = { relay: run.link?.relay ?? "", folder, resumable: run.kept };
    const refusal = refusalOfGet(error, { ...known, ...(trouble === undefined ? {} : { trouble }) });
    const stopped = stop.signal.aborted && (error === stop.signal.reason || refusal instanceof CliError);
    if (!stopped) throw refusal;
    report({ event: "stopped", reason: stop.reason ?? "interrupted", bytes: run.bytes, resumable: run.kept });
    return stop.exitCode;
  }
}

/** What keeps this computer from relay or host, where the failure may come of that. */
async function findTrouble({ link, trouble, relayLooks, context }: Run, error: unknown): Promise<Trouble | undefined> {
  const what = whatToDiagnose(error);
  if (link === undefined || what === undefined || trouble !== undefined || (what === "relay" && relayLooks === "well")) return trouble;
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
  /** They looked at the relay already, and found nothing. */
  relayLooks?: "well" | undefined;
  /** Bytes that were there when it ended. */
  bytes: number;
  /** Whether they are of use to the next run. */
  kept: boolean;
}

async function fetchFile(run: Run, link: ShareLink): Promise<void> {
  const { report, context, flags } = run;
  const logger = context.createLogger(volumeOf(flags));
  const stopWatch = watchSlowStart({
    look: async (signal) => {
      const trouble = await diagnose({ relay: link.relay, signal });
      run.relayLooks = signal.aborted || trouble !== undefined ? undefined : "well";
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
        onFault: (error) => logger.error("a fault in a connection's event", { error }),
        onIceServerSkipped: (url) => logger.debug("an ICE server that can't be used from here is left out", { url }),
      }),
  }).finally(stopWatch);
  try {
    const { sink, file, notices } = await openSink(run, source, link);
    try {
      await fetchInto(sink, file, notices, { run, source });
    } finally {
      run.bytes = sink.length;
      run.kept = await sink.close();
    }
  } finally {
    await source.close();
  }
}

/** The source's states as events. The first connection's coming is told by `ready`. */
function createStateReport(report: GetReporter, logger: Logger): (state: SourceState) => void {
  let before = false;
  let waiting = false;
  return (state) => {
    logger.debug("the connection to the host", state);
    if (state.phase === "waiting") {
      waiting = true;
      report({ event: "reconnecting", reason: state.reason, message: state.message, wait: state.waitMs / 1000 });
    } else if (state.phase === "connected") {
      if (waiting) report({ event: "reconnected" });
      waiting = false;
    } else if (!before) report({ event: "connecting" });
    before = true;
  };
}

interface Opened {
  readonly sink: Sink;
  /** As events tell it. */
  readonly file: string;
  readonly notices: readonly string[];
}

async function openSink({ destination, flags, context }: Run, { version }: RemoteSource, link: ShareLink): Promise<Opened> {
  const { shareId } = link;
  const linkNotices = noticesOfLink(link);
  if (destination.kind === "stdout") return { sink: createStdoutSink(context.stdout), file: "-", notices: linkNotices };
  const { size, provisional } = version;
  // What is transcoded has other bytes each time.
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
    ...(sink.outdated ? ["The file changed at the host since the last time: it is fetched from its start."] : []),
    ...(provisional ? ["The host doesn't know how large this file is: if it stops, it must be fetched from its start."] : []),
    ...(etag === undefined && !provisional
      ? ["The host doesn't say which version this is: if it stops, it must be fetched from its start."]
      : []),
  ];
  return { sink, file: join(destination.path, name), notices };
}

async function fetchInto(
  sink: Sink,
  file: string,
  notices: readonly string[],
  { run, source }: { readonly run: Run; readonly source: RemoteSource },
): Promise<void> {
  const { report, context, flags } = run;
  const { name, size, provisional, mediaType } = source.version;
  const known = provisional ? (size === 0 ? {} : { estimatedSize: size }) : { size };
  const media = mediaType === undefined ? {} : { mediaType };
  const empty = size === 0 && !provisional ? ["The file is empty at the host (0 bytes)."] : [];
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
