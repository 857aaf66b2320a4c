/** `rangecast open`: serves the file of a link to players on this computer, or in the local network, by a local HTTP server. */
import type { StdioOptions } from "node:child_process";
import type { ShareLink } from "@rangecast/signal";
import { ClientError, isFolder } from "@rangecast/client";
import { type Context, volumeOf } from "../context.ts";
import { CliError } from "../failure/cli-error.ts";
import { type ExitCode, exitCodeOf } from "../failure/exit-code.ts";
import { printable } from "../format.ts";
import { type LanSettings, resolveLan } from "../lan/lan-settings.ts";
import { type LanAddresses, serveLan } from "../lan/serve-lan.ts";
import { startLocalServer } from "../local-server/start-local-server.ts";
import type { Logger } from "../output/logger.ts";
import { LinkDiagnosis } from "../remote/link-diagnosis.ts";
import { noticesOfLink, readLink } from "../remote/link-input.ts";
import { openLink, type OpenedLink } from "../remote/open-link.ts";
import { viewerConnections } from "../remote/peer-connections.ts";
import { remoteRefusal } from "../remote/remote-refusal.ts";
import { createStateEvents } from "../remote/state-events.ts";
import { LOOPBACK } from "../serve/listen-host.ts";
import { aborted } from "../stop-signals.ts";
import { runPlayer } from "./player.ts";
import { remoteContent } from "./remote-content.ts";
import { remoteFolder } from "./remote-folder.ts";
import type { OpenReadyEvent, OpenReporter } from "./report/open-event.ts";
import { createOpenReporter } from "./report/reporter.ts";
import type { OpenFlags } from "./settings.ts";

const TITLE = "rangecast open";
const PORT_OPTION = "--port";

interface Run {
  readonly flags: OpenFlags;
  readonly context: Context;
  readonly report: OpenReporter;
  readonly logger: Logger;
  readonly lan: LanSettings | undefined;
  readonly link: ShareLink;
  readonly diagnosis: LinkDiagnosis;
}

/** @returns the exit code. @throws CliError */
export async function runOpen(argument: string | undefined, flags: OpenFlags, context: Context): Promise<ExitCode> {
  const { terminal, stop, env, stdin } = context;
  // Hides the link in the list of processes from here on.
  if (argument !== undefined) process.title = TITLE;
  const lan = await resolveLan(flags, env);
  const report = createOpenReporter(flags, context);
  let link: ShareLink | undefined;
  let diagnosis: LinkDiagnosis | undefined;
  try {
    link = await readLink({ argument, env, stdin, signal: stop.signal, prompt: (text) => terminal.warn(text) });
    diagnosis = new LinkDiagnosis(link);
    const code = await serveLink({ flags, context, report, logger: context.createLogger(volumeOf(flags)), lan, link, diagnosis });
    if (!stop.signal.aborted) return code;
  } catch (error) {
    if (!stop.signal.aborted) throw await explain(error, link, diagnosis, stop.signal);
    if (!(error instanceof ClientError || error instanceof CliError || error === stop.signal.reason)) throw error;
  }
  report({ event: "stopped", reason: stop.reason ?? "interrupted" });
  return stop.exitCode;
}

/** Returns the CliError for an expected failure, and any other error unchanged. */
async function explain(
  error: unknown,
  link: ShareLink | undefined,
  diagnosis: LinkDiagnosis | undefined,
  signal: AbortSignal,
): Promise<unknown> {
  if (!(error instanceof ClientError)) return error;
  const trouble = await diagnosis?.findTrouble(error, signal);
  const [reason, sentences] = remoteRefusal(error, {
    relay: link?.relay ?? "",
    verb: "play",
    ...(trouble === undefined ? {} : { trouble }),
  });
  return new CliError(reason, sentences, { cause: error });
}

/** Serves the file until the stop signal, the end of the player, or the end of the share. @throws {ClientError}, CliError */
async function serveLink(run: Run): Promise<ExitCode> {
  const { context, report, logger, link, diagnosis } = run;
  const stopWatch = diagnosis.watchStart((trouble) => report({ event: "trouble", ...trouble }));
  let versions = 0;
  const opened = await openLink({
    link,
    signal: context.stop.signal,
    onState: createStateEvents(report, logger),
    onVersion: ({ size }) => {
      versions += 1;
      if (versions > 1) report({ event: "changed", size });
    },
    createPeerConnection: viewerConnections(logger),
  }).finally(stopWatch);
  try {
    const served = await startServer(run, opened);
    try {
      report(served.ready);
      return await untilOver(run, opened, served.player);
    } finally {
      await served.close();
    }
  } finally {
    await opened.close();
  }
}

interface Served {
  readonly ready: OpenReadyEvent;
  /** What a player is given: the file, or the playlist of a folder. */
  readonly player: string;
  close(): Promise<void>;
}

async function startServer({ flags, lan, link, logger, context }: Run, { file, version }: OpenedLink): Promise<Served> {
  const content = isFolder(version)
    ? await remoteFolder(file, version, { path: link.path, signal: context.stop.signal })
    : remoteContent(file, version);
  const { name, size, provisional, mediaType } = version;
  const readyOf = (url: string, page: string, notices: readonly string[], addresses: Partial<LanAddresses> = {}): OpenReadyEvent => ({
    event: "ready",
    url,
    page,
    name,
    // The size in the version is that of a file that is shared by itself.
    ...(content.playerPath === undefined ? {} : { folder: true }),
    ...(isFolder(version) || provisional === true ? {} : { size }),
    ...(mediaType === undefined ? {} : { mediaType }),
    ...addresses,
    notices: [
      ...noticesOfLink(link),
      ...(provisional === true ? ["The host doesn't know the size of this file, so players can't seek in it."] : []),
      ...notices,
    ],
  });
  if (lan !== undefined) {
    const { server, addresses, notices, close } = await serveLan({
      content,
      settings: lan,
      port: flags.port,
      portOption: PORT_OPTION,
      logger,
    });
    const ready = readyOf(server.url(LOOPBACK), server.url(LOOPBACK, "page"), notices, addresses);
    return { ready, player: server.url(LOOPBACK, "player"), close };
  }
  const server = await startLocalServer({
    content,
    lan: [],
    port: flags.port,
    preferredPort: 0,
    portOption: PORT_OPTION,
    cast: false,
    logger,
  });
  const ready = readyOf(server.url(LOOPBACK), server.url(LOOPBACK, "page"), []);
  return { ready, player: server.url(LOOPBACK, "player"), close: () => server.close() };
}

/** @throws {ClientError} if the share ends; CliError `player-failed` */
async function untilOver({ flags, context, report }: Run, { file }: OpenedLink, url: string): Promise<ExitCode> {
  const { stop } = context;
  const shareEnded = file.closed.then(({ reason, message }): never => {
    throw new ClientError(reason, message);
  });
  if (flags.player === undefined) {
    await Promise.race([aborted(stop.signal), shareEnded]);
    return stop.exitCode;
  }
  const player = new AbortController();
  const endPlayer = (): void => player.abort();
  stop.signal.addEventListener("abort", endPlayer, { once: true });
  if (stop.signal.aborted) endPlayer();
  const running = runPlayer({ command: flags.player, url, stdio: playerStdio(flags, context), signal: player.signal });
  try {
    const { code } = await Promise.race([running, shareEnded]);
    if (stop.signal.aborted) return stop.exitCode;
    report({ event: "player-ended", code });
    if (code === 0) return exitCodeOf("ok");
    const how = code === null ? "was ended by a signal" : `ended with exit code ${code}`;
    throw new CliError("player-failed", `The player ${printable(flags.player)} ${how}.`);
  } finally {
    endPlayer();
    await running.catch(() => undefined);
    stop.signal.removeEventListener("abort", endPlayer);
  }
}

/** The player may use the terminal's keys. Its output goes where ours does not: standard output is for the link, or for programs. */
function playerStdio({ json, quiet }: OpenFlags, { stdin }: Context): StdioOptions {
  const out = json === true || quiet === true ? process.stderr : "inherit";
  return [stdin.isTTY ? "inherit" : "ignore", out, "inherit"];
}
