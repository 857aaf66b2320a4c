import { RateMeter } from "@rangecast/base";
import type { IceServer, PeerConnectionFactory, SelectedPath } from "@rangecast/rtc";
import { createPeerConnection as createNodePeerConnection } from "@rangecast/rtc-node";
import { formatAnswer, type SignalClient } from "@rangecast/signal";
import { StreamError } from "../daemon-error.ts";
import { checkIceServers } from "./check-ice-servers.ts";
import { openFileSource } from "../files/file-source.ts";
import { type Logger, silentLogger, withFields } from "../logger.ts";
import { nameOf } from "../files/name-of.ts";
import { readOffer } from "./offer.ts";
import { PROGRESS_INTERVAL_MS, RATE_SPAN_MS } from "./progress.ts";
import type { WaterMarks } from "../serving/water-marks.ts";
import type { SessionEnd } from "./session-end.ts";
import { type Session, startSession } from "./session.ts";

/** What happens while a stream runs; its end is what {@link runStream} returns. */
export type StreamEvent =
  /** The channel is open. `path` says how the bytes go, where the stack knows. */
  | { readonly type: "connected"; readonly path?: SelectedPath }
  /** About once a second while the channel is open: bytes that have left this machine, and how fast. */
  | { readonly type: "progress"; readonly bytes: number; readonly bytesPerSecond: number };

export interface StreamOptions {
  /** The session's id, for the log; `signals` is bound to it already. */
  readonly sessionId: string;
  readonly filePath: string;
  /** The name that the browser is told. @default the file's own name, also for an empty one */
  readonly displayName?: string;
  /** What somebody said the size is, bytes. Another one on disk is a warning. @default unknown, as is 0 */
  readonly declaredSize?: number;
  /** STUN and TURN. @default none */
  readonly iceServers?: readonly IceServer[];
  readonly signals: SignalClient;
  /** @default none: nothing is said */
  readonly logger?: Logger;
  /** Aborting stops the session in good order, within a few seconds. */
  readonly signal?: AbortSignal;
  /** @default createPeerConnection of `@rangecast/rtc-node` */
  readonly createPeerConnection?: PeerConnectionFactory;
  /** How much may be queued on the channel. @default fixedBound() */
  readonly bound?: WaterMarks;
  readonly onEvent?: (event: StreamEvent) => void;
}

/** What callers of other agents give who don't know the size, bytes. */
const UNKNOWN_DECLARED_SIZE = 0;

/**
 * Serves one file to one browser over the base protocol (protocol 1.4), until the session ends.
 * @returns why it ended; the file is closed by then, and every range stopped
 * @throws {StreamError} at once, before anything is started: no session id, no path, an ICE server that is none, or a file that can't be opened or is none
 */
export async function runStream(options: StreamOptions): Promise<SessionEnd> {
  const { sessionId, filePath, declaredSize, signal } = options;
  const logger = withFields(options.logger ?? silentLogger, { sessionId });
  if (sessionId === "") throw new StreamError("no-session-id", "a stream needs a session id");
  if (filePath === "") throw new StreamError("no-path", "a stream needs the path of a file");
  checkIceServers(options.iceServers ?? [], (message, cause) => new StreamError("bad-ice-server", message, { cause }));
  const source = await openFileSource(filePath);
  const displayName = nameOf(options.displayName, source);
  if (declaredSize !== undefined && declaredSize !== UNKNOWN_DECLARED_SIZE && declaredSize !== source.size) {
    logger.warn("the file is not of the declared size", { declaredSize, size: source.size });
  }
  const meter = new RateMeter(RATE_SPAN_MS);
  let ticking: NodeJS.Timeout | undefined;
  const report = (session: Session): void => {
    const bytes = session.deliveredBytes;
    options.onEvent?.({ type: "progress", bytes, bytesPerSecond: meter.sample(bytes, performance.now()) });
  };
  const session = startSession({
    signals: options.signals,
    acceptOffer: (payload) => {
      const { sdp } = readOffer(payload, { sealed: false });
      const writeAnswer = (answer: string): Promise<string> => Promise.resolve(formatAnswer({ sdp: answer }));
      return Promise.resolve({ sdp, source, displayName, writeAnswer });
    },
    createPeerConnection: options.createPeerConnection ?? createNodePeerConnection,
    iceServers: options.iceServers ?? [],
    logger,
    onOpen: (path) => {
      options.onEvent?.({ type: "connected", ...(path === undefined ? {} : { path }) });
      ticking = setInterval(() => report(session), PROGRESS_INTERVAL_MS);
    },
    ...(options.bound === undefined ? {} : { bound: options.bound }),
  });
  const stop = (): void => session.stop("stopped", "the stream was stopped");
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted) stop();
  const end = await session.ended;
  clearInterval(ticking);
  signal?.removeEventListener("abort", stop);
  await source.close();
  return end;
}
