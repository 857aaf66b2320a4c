import type { IceServer, PeerConnectionFactory } from "@rangecast/rtc";
import type { DaemonSignals, DaemonSignalsOptions } from "@rangecast/signal";
import type { IdentityStore } from "../identity/identity-store.ts";
import type { Logger } from "../logger.ts";
import type { TermsChange } from "../terms/share-terms.ts";
import type { CrcStore } from "../zip/crcs/crc-store.ts";
import type { DaemonEvent } from "./daemon-event.ts";
import type { DaemonLimits } from "./daemon-limits.ts";
import type { SharedContent } from "./share-content.ts";

export interface DaemonOptions {
  /** The relay's URL. */
  readonly relay: string;
  /** The page's URL, for the links. @default the relay's URL */
  readonly page?: string;
  /** Holds the daemon's identity: {@link openIdentityStore} or {@link createEphemeralStore}. */
  readonly store: IdentityStore;
  /** Keeps checksums of files, so that zips of folders go on at once after a restart: {@link openCrcStore}. @default in memory */
  readonly crcs?: CrcStore;
  /** STUN and TURN servers beside the relay's. A connection uses at most three URLs of all of them (L-11). @default none */
  readonly iceServers?: readonly IceServer[];
  /** @default none */
  readonly logger?: Logger;
  /** @default see {@link DaemonLimits} */
  readonly limits?: Partial<DaemonLimits>;
  /** @default createPeerConnection of `@rangecast/rtc-node` */
  readonly createPeerConnection?: PeerConnectionFactory;
  /** @default globalThis.fetch */
  readonly fetch?: typeof fetch;
  readonly onEvent?: (event: DaemonEvent) => void;
  /** Connects to the relay. @default connectDaemon of `@rangecast/signal` */
  readonly connect?: (options: DaemonSignalsOptions) => DaemonSignals;
}

/** What to share, and its name for viewers. */
export interface ShareRequest extends SharedContent {
  /** @default the name of the file or folder */
  readonly name?: string;
  /** Changes the terms of the link. @default those that it has; none for a new link */
  readonly terms?: TermsChange;
  /** Whether the link is to be shared again when this machine starts, for the store's records. @default as before */
  readonly keep?: boolean;
  /** What the store's records keep for the calling program, as JSON. @default as before */
  readonly settings?: Readonly<Record<string, unknown>>;
}
