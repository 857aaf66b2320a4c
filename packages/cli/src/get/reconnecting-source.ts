/** The host's file as `rangecast get` needs it, over the client's reconnecting file. */
import {
  type ClientError,
  type ClientErrorReason,
  type FileVersion,
  type ReconnectingFile,
  type ReconnectingState,
  openShare,
  type OpenShareOptions,
} from "@rangecast/client";
import { watchAddresses } from "@rangecast/rtc-node";
import type { ShareLink } from "@rangecast/signal";

/** How long `rangecast get` tries to reconnect, milliseconds: long enough for a restart of the host's computer, or of a router. */
export const PATIENCE_MS: number = 10 * 60_000;

/** What the host announces of its file. The name is untrusted. */
export type RemoteVersion = Pick<FileVersion, "name" | "size" | "provisional" | "etag" | "mediaType">;

export type SourceState =
  | { readonly phase: "connecting" }
  | { readonly phase: "connected" }
  /** There is no connection, and another attempt follows after `waitMs`. */
  | { readonly phase: "waiting"; readonly reason: ClientErrorReason; readonly message: string; readonly waitMs: number };

export interface RemoteSource {
  readonly version: RemoteVersion;
  /**
   * The bytes from `start` to the file's end, in order, over as many connections as needed, with back-pressure. Fails with a ClientError: `file-changed` if
   * the host has another version by now, or the error with which the file ended.
   */
  stream(options: { readonly start: number; readonly signal: AbortSignal }): AsyncIterable<Uint8Array>;
  /** The network path; undefined if it isn't known. */
  path(): Promise<{ readonly kind: "direct" | "relayed" } | undefined>;
  close(): Promise<void>;
}

export interface ReconnectingSourceOptions {
  readonly link: ShareLink;
  readonly createPeerConnection: OpenShareOptions["createPeerConnection"];
  /** Stops connecting. An open source is closed with its close(). */
  readonly signal: AbortSignal;
  readonly onState: (state: SourceState) => void;
  /** @default openShare of `@rangecast/client` */
  readonly open?: (link: ShareLink, options: OpenShareOptions) => ReconnectingFile;
  /** Calls back when the machine's addresses change. @default watchAddresses of `@rangecast/rtc-node` */
  readonly watch?: (onChange: () => void) => () => void;
}

/** Connects, and resolves when the host has announced its file. Rejects if the first attempt fails; later failures are tried again. @throws {ClientError} */
export async function openReconnectingSource(options: ReconnectingSourceOptions): Promise<RemoteSource> {
  const { link, createPeerConnection, signal, onState, open = openShare, watch = watchAddresses } = options;
  const file = open(link, { createPeerConnection, firstFailure: "throw", patienceMs: PATIENCE_MS, onState: createStateReport(onState) });
  const stopWatch = watch(() => file.networkChanged());
  const close = (): Promise<void> => {
    stopWatch();
    return file.close();
  };
  try {
    const version = await file.opened(signal);
    return {
      version,
      stream: (range) => file.stream({ ...range, version: version.id, priority: "background" }),
      path: () => file.path(),
      close,
    };
  } catch (error) {
    void close();
    throw error;
  }
}

/** Reports a state only if it differs from the one before it: the client also reports the steps of an attempt. */
function createStateReport(onState: (state: SourceState) => void): (state: ReconnectingState) => void {
  let last = "";
  return (clientState) => {
    const state = sourceStateOf(clientState);
    const key = JSON.stringify(state);
    if (state === undefined || key === last) return;
    last = key;
    onState(state);
  };
}

function sourceStateOf(state: ReconnectingState): SourceState | undefined {
  switch (state.phase) {
    case "connected":
      return { phase: "connected" };
    case "connecting":
      return state.after === undefined ? { phase: "connecting" } : waitingAfter(state.after, 0);
    case "waiting":
      return waitingAfter(state.error, Math.max(0, state.retryAtMs - Date.now()));
    case "suspect":
    case "ended":
      return undefined;
  }
}

function waitingAfter({ reason, message }: ClientError, waitMs: number): SourceState {
  return { phase: "waiting", reason, message, waitMs };
}
