/** Opens the file of a link, for the commands that read one. */
import { type FileVersion, openShare, type OpenShareOptions, type ReconnectingFile } from "@rangecast/client";
import { watchAddresses } from "@rangecast/rtc-node";
import type { ShareLink } from "@rangecast/signal";
import { createStateReport, type SourceState } from "./source-state.ts";

/** How long a lost connection is tried again, milliseconds: long enough for a restart of the host's computer, or of a router. */
export const PATIENCE_MS: number = 10 * 60_000;

export interface OpenLinkOptions {
  readonly link: ShareLink;
  readonly createPeerConnection: OpenShareOptions["createPeerConnection"];
  /** Stops connecting. An open file is closed with its close(). */
  readonly signal: AbortSignal;
  readonly onState: (state: SourceState) => void;
  /** Called with each version that the host serves, the first one included. */
  readonly onVersion?: (version: FileVersion) => void;
  /** @default openShare of `@rangecast/client` */
  readonly open?: (link: ShareLink, options: OpenShareOptions) => ReconnectingFile;
  /** Calls back when the machine's addresses change. @default watchAddresses of `@rangecast/rtc-node` */
  readonly watch?: (onChange: () => void) => () => void;
}

export interface OpenedLink {
  readonly file: ReconnectingFile;
  /** The first version that the host announced. */
  readonly version: FileVersion;
  readonly close: () => Promise<void>;
}

/** Connects, and resolves when the host has announced its file. Rejects if the first attempt fails; later failures are tried again. @throws {ClientError} */
export async function openLink(options: OpenLinkOptions): Promise<OpenedLink> {
  const { link, createPeerConnection: createPeer, signal, onState, onVersion, open = openShare, watch = watchAddresses } = options;
  const file = open(link, {
    createPeerConnection: createPeer,
    firstFailure: "throw",
    patienceMs: PATIENCE_MS,
    onState: createStateReport(onState),
    ...(onVersion === undefined ? {} : { onVersion }),
  });
  const stopWatch = watch(() => file.networkChanged());
  const close = (): Promise<void> => {
    stopWatch();
    return file.close();
  };
  try {
    return { file, version: await file.opened(signal), close };
  } catch (error) {
    void close();
    throw error;
  }
}
