/** A {@link RemoteSource} over one connection after the other. */
import { ClientError, type ClientErrorReason, connect, type RemoteFile, type ShareConnectOptions } from "@rangecast/client";
import { createRandomId, type ShareLink } from "@rangecast/signal";
import { pause } from "./pause.ts";
import type { RemoteSource, RemoteVersion, SourceState } from "./remote-source.ts";

/** Wait before the second try, milliseconds; doubled each time. The first comes at once. */
const FIRST_WAIT_MS = 1000;
/** Longest wait between two tries, milliseconds: somebody who opens a laptop should not wait much longer. */
const MAX_WAIT_MS = 15_000;
/** How long it is tried without a single byte, milliseconds: a restart of the host's computer, or of a router, and then some. */
export const PATIENCE_MS: number = 10 * 60_000;

/** What may pass by itself once there was a connection; before, each of them is an answer. */
const MAY_PASS: ReadonlySet<ClientErrorReason> = new Set([
  "relay-unreachable",
  // A relay that was restarted knows the share again once its host has registered it.
  "not-found",
  "host-offline",
  "busy",
  "no-connection",
  "timeout",
  "closed",
  "host-stopped",
]);

export interface ReconnectingSourceOptions {
  readonly link: ShareLink;
  readonly createPeerConnection: ShareConnectOptions["createPeerConnection"];
  readonly signal: AbortSignal;
  readonly onState: (state: SourceState) => void;
  /** @default connect of `@rangecast/client` */
  readonly connect?: (link: ShareLink, options: ShareConnectOptions) => Promise<RemoteFile>;
  /** Milliseconds. @default {@link PATIENCE_MS} */
  readonly patienceMs?: number;
}

/** Connects once. @throws {ClientError} when that fails */
export async function openReconnectingSource(options: ReconnectingSourceOptions): Promise<RemoteSource> {
  const viewerId = createRandomId();
  const { createPeerConnection, link, connect: dial = connect } = options;
  const open = (signal: AbortSignal): Promise<RemoteFile> => dial(link, { createPeerConnection, signal, viewerId });
  options.onState({ phase: "connecting" });
  const first = await open(options.signal);
  options.onState({ phase: "connected" });
  return new ReconnectingSource(options, open, first);
}

class ReconnectingSource implements RemoteSource {
  readonly version: RemoteVersion;
  readonly #onState: (state: SourceState) => void;
  readonly #patienceMs: number;
  readonly #open: (signal: AbortSignal) => Promise<RemoteFile>;
  #file: RemoteFile | undefined;

  constructor(options: ReconnectingSourceOptions, open: (signal: AbortSignal) => Promise<RemoteFile>, first: RemoteFile) {
    const { name, size, etag, mediaType } = first;
    this.version = { name, size, ...(etag === undefined ? {} : { etag }), ...(mediaType === undefined ? {} : { mediaType }) };
    this.#onState = options.onState;
    this.#patienceMs = options.patienceMs ?? PATIENCE_MS;
    this.#open = open;
    this.#file = first;
  }

  async *stream({ start, signal }: { readonly start: number; readonly signal: AbortSignal }): AsyncGenerator<Uint8Array, void, undefined> {
    let at = start;
    let tries = 0;
    let lastByteMs = performance.now();
    for (;;) {
      try {
        this.#file ??= await this.#again(signal);
        for await (const chunk of this.#file.stream({ start: at, signal })) {
          at += chunk.byteLength;
          tries = 0;
          yield chunk;
          lastByteMs = performance.now();
        }
        return;
      } catch (error) {
        await this.#wait(error, { tries, signal, quietMs: performance.now() - lastByteMs });
        tries += 1;
      }
    }
  }

  async path(): ReturnType<RemoteSource["path"]> {
    return this.#file?.path();
  }

  async close(): Promise<void> {
    await this.#drop();
  }

  /** Waits before the next try. @throws the error, when it is for good or lasts too long */
  async #wait(error: unknown, { tries, signal, quietMs }: { tries: number; signal: AbortSignal; quietMs: number }): Promise<void> {
    // Without a validator nobody can say that what another connection brings is of the same file.
    const canPass = error instanceof ClientError && MAY_PASS.has(error.reason) && this.version.etag !== undefined;
    void this.#drop();
    if (!canPass || signal.aborted || quietMs >= this.#patienceMs) throw error;
    const waitMs = tries === 0 ? 0 : Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1));
    this.#onState({ phase: "waiting", reason: error.reason, message: error.message, waitMs });
    await pause(waitMs, signal);
  }

  async #again(signal: AbortSignal): Promise<RemoteFile> {
    this.#onState({ phase: "connecting" });
    const file = await this.#open(signal);
    if (file.etag !== this.version.etag || file.size !== this.version.size) {
      void file.close();
      throw new ClientError("file-changed", "the file is another one than before");
    }
    this.#onState({ phase: "connected" });
    return file;
  }

  async #drop(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }
}
