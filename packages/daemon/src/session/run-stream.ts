import { RateMeter } from "@rangecast/base";
import type { IceServer, PeerConnectionFactory, SelectedPath } from "@rangecast/rtc";
import { createPeerConnection as createNodePeerConnection } from "@rangecast/rtc-node";
import { formatAnswer, type SignalClient } from "@rangecast/signal";
import { StreamError } from "../daemon-error.ts";
import { checkIceServers } from "./check-ice-servers.ts";
import { openFile } from "../resources/local-file.ts";
import { closeQuietly, displayNameOf, type ResourceTree, singleResource } from "../resources/resource.ts";
import { type Logger, silentLogger, withFields } from "../logger.ts";
import { readOffer } from "./offer.ts";
import { PROGRESS_INTERVAL_MS, RATE_SPAN_MS } from "./progress.ts";
import type { SessionEnd } from "./session-end.ts";
import { type Session, startSession } from "./session.ts";

/** Events of a running stream. {@link runStream} returns its end. */
export type StreamEvent =
  /** The channel is open. `path` is the network path, if the stack knows it. */
  | { readonly type: "connected"; readonly path?: SelectedPath }
  /** About once a second while the channel is open: bytes that have left this machine, and their rate. */
  | { readonly type: "progress"; readonly bytes: number; readonly bytesPerSecond: number };

/** What a stream serves. */
export type StreamContent =
  /** One file. */
  | { readonly filePath: string }
  /** Resources of the caller's own. The stream closes the root. */
  | { readonly resources: ResourceTree };

export interface StreamSettings {
  /** The session's id, for the log. `signals` belongs to the same session. */
  readonly sessionId: string;
  /** The name sent to the browser. @default the file's own name, which also replaces an empty one */
  readonly displayName?: string;
  /** Expected size, bytes; 0 for unknown. A file of another size is served with a warning in the log. @default unknown */
  readonly declaredSize?: number;
  /** STUN and TURN servers. @default none */
  readonly iceServers?: readonly IceServer[];
  readonly signals: SignalClient;
  /** @default none */
  readonly logger?: Logger;
  /** Aborting it stops the session with a goodbye, within a few seconds. */
  readonly signal?: AbortSignal;
  /** @default createPeerConnection of `@rangecast/rtc-node` */
  readonly createPeerConnection?: PeerConnectionFactory;
  readonly onEvent?: (event: StreamEvent) => void;
}

export type StreamOptions = StreamSettings & StreamContent;

/** The declared size that other agents of the base protocol use for "unknown", bytes. */
const UNKNOWN_DECLARED_SIZE = 0;

/**
 * Serves one file, or a tree of resources, to one browser by a plain session of the base protocol (PROTOCOL.md, section 2), until the session ends.
 * @returns why it ended; everything is closed and every range stopped
 * @throws {StreamError} before anything is started: no session id, no path, a malformed ICE server, or a file that can't be opened or is not a regular file
 */
export async function runStream(options: StreamOptions): Promise<SessionEnd> {
  const { sessionId, declaredSize, signal } = options;
  const logger = withFields(options.logger ?? silentLogger, { sessionId });
  if (sessionId === "") throw new StreamError("no-session-id", "a stream needs a session id");
  if ("filePath" in options && options.filePath === "") throw new StreamError("no-path", "a stream needs the path of a file");
  checkIceServers(options.iceServers ?? [], (message, cause) => new StreamError("bad-ice-server", message, { cause }));
  const resources = "resources" in options ? options.resources : singleResource(await openFile(options.filePath));
  const { root } = resources;
  const displayName = displayNameOf(options.displayName, root);
  if (declaredSize !== undefined && declaredSize !== UNKNOWN_DECLARED_SIZE && declaredSize !== root.size) {
    logger.warn("the file's size differs from the declared size", { declaredSize, size: root.size });
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
      return Promise.resolve({ sdp, resources, displayName, writeAnswer });
    },
    createPeerConnection: options.createPeerConnection ?? createNodePeerConnection,
    iceServers: options.iceServers ?? [],
    logger,
    onOpen: (path) => {
      options.onEvent?.({ type: "connected", ...(path === undefined ? {} : { path }) });
      ticking = setInterval(() => report(session), PROGRESS_INTERVAL_MS);
    },
  });
  const stop = (): void => session.stop("stopped", "the stream was stopped");
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted) stop();
  const end = await session.ended;
  clearInterval(ticking);
  signal?.removeEventListener("abort", stop);
  await closeQuietly(root, logger);
  return end;
}
