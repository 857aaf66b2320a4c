/** The file at the host, as `rangecast get` needs it: it hides that connections break. */
import type { ClientErrorReason } from "@rangecast/client";

/** What the host says of its file. */
export interface RemoteVersion {
  /** The host's word: to be shown, never a path to trust. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** The size is an estimate, and 0 where there is none: the file ends where the host says that it does. */
  readonly provisional?: true;
  /** Strong validator: with the same one come the same bytes. */
  readonly etag?: string;
  readonly mediaType?: string;
}

/** How the connection is. */
export type SourceState =
  | { readonly phase: "connecting" }
  | { readonly phase: "connected" }
  /** It is lost, or did not come about, and is tried again. */
  | { readonly phase: "waiting"; readonly reason: ClientErrorReason; readonly message: string; readonly waitMs: number };

export interface RemoteSource {
  readonly version: RemoteVersion;
  /**
   * The bytes from `start` to the end that the host says, in order, each once, over as many connections as it takes; a bounded number ahead of the consumer.
   * Errors with a ClientError: for good, `file-changed` among them.
   */
  stream(options: { readonly start: number; readonly signal: AbortSignal }): AsyncIterable<Uint8Array>;
  /** How the bytes go now; undefined when nothing is known of it. */
  path(): Promise<{ readonly kind: "direct" | "relayed" } | undefined>;
  close(): Promise<void>;
}
