/** Downloads one file, into a folder or to standard output. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { ShareLink } from "@rangecast/signal";
import { noticesOfLink } from "../remote/link-input.ts";
import { saveName } from "../save-name.ts";
import { progressInterval, type Run } from "./get-run.ts";
import type { RemoteSource } from "./reconnecting-source.ts";
import { openFileSink } from "./save/file-sink.ts";
import { createStdoutSink, type Sink } from "./sink.ts";
import { transfer } from "./transfer.ts";

/** @throws {ClientError}; CliError; the system's error; the signal's reason */
export async function fetchFile(run: Run, source: RemoteSource, link: ShareLink): Promise<void> {
  const opened = await openSink(run, source, link);
  try {
    await fetchInto(opened, run, source);
  } finally {
    run.bytes = opened.sink.length;
    run.kept = await opened.sink.close();
  }
}

interface Opened {
  readonly sink: Sink;
  /** The path as reported in events. */
  readonly file: string;
  readonly notices: readonly string[];
}

async function openSink(
  { destination, flags, context }: Run,
  { version, within = "", modifiedMs }: RemoteSource,
  link: ShareLink,
): Promise<Opened> {
  const linkNotices = noticesOfLink(link);
  if (destination.kind === "stdout") return { sink: createStdoutSink(context.stdout), file: "-", notices: linkNotices };
  const { size, provisional } = version;
  // A transcoded file has different bytes each time.
  const etag = provisional ? undefined : version.etag;
  const name = flags.name ?? saveName(version.name);
  const sink = await openFileSink({
    folder: destination.path,
    name,
    key: { shareId: link.shareId + within, size: provisional ? 0 : size, etag: etag ?? randomUUID() },
    resumable: etag !== undefined,
    overwrite: flags.overwrite === true,
    ...(modifiedMs === undefined ? {} : { modifiedMs }),
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
    progressMs: progressInterval(run),
  });
  const seconds = Math.round(performance.now() - startedMs) / 1000;
  report({ event: "done", file, size: sink.length, fetched, seconds, ...(sha256 === undefined ? {} : { sha256 }) });
}
