/** A {@link RemoteSource} over the client's lasting file: what breaks is connected again, and goes on at the same byte. */
import { ClientError, type ReconnectingFile, type ReconnectingState, openShare, type OpenShareOptions } from "@rangecast/client";
import { watchAddresses } from "@rangecast/rtc-node";
import type { ShareLink } from "@rangecast/signal";
import type { RemoteSource, RemoteVersion, SourceState } from "./remote-source.ts";

/** How long it is tried without a connection, milliseconds: a restart of the host's computer, or of a router, and then some. */
export const PATIENCE_MS: number = 10 * 60_000;

export interface ReconnectingSourceOptions {
  readonly link: ShareLink;
  readonly createPeerConnection: OpenShareOptions["createPeerConnection"];
  readonly signal: AbortSignal;
  readonly onState: (state: SourceState) => void;
  /** @default openShare of `@rangecast/client` */
  readonly open?: (link: ShareLink, options: OpenShareOptions) => ReconnectingFile;
  /** Notices another network. @default watchAddresses of `@rangecast/rtc-node` */
  readonly watch?: (onChange: () => void) => () => void;
  /** Milliseconds. @default {@link PATIENCE_MS} */
  readonly patienceMs?: number;
}

/** Connects. The first failure is an answer, whatever it is; after a connection it may pass. @throws {ClientError} */
export async function openReconnectingSource(options: ReconnectingSourceOptions): Promise<RemoteSource> {
  const { link, createPeerConnection, signal, onState, open = openShare, watch = watchAddresses, patienceMs = PATIENCE_MS } = options;
  const outage = new AbortController();
  let patience: ReturnType<typeof setTimeout> | undefined;
  let wasThere = false;
  let lastError: ClientError | undefined;
  const stopPatience = (): void => {
    clearTimeout(patience);
    patience = undefined;
  };
  let told = "";
  const tell = (state: SourceState): void => {
    // An attempt has steps, and each is a state of its own.
    const key = `${state.phase} ${state.phase === "waiting" ? `${state.reason} ${state.waitMs}` : ""}`;
    if (key !== told) onState(state);
    told = key;
  };
  const follow = (state: ReconnectingState): void => {
    const error = state.phase === "waiting" ? state.error : state.phase === "connecting" ? state.after : undefined;
    if (state.phase === "connected") {
      wasThere = true;
      stopPatience();
      tell({ phase: "connected" });
    } else if (error !== undefined && !wasThere) outage.abort(error);
    else if (error !== undefined) {
      lastError = error;
      patience ??= setTimeout(() => outage.abort(lastError), patienceMs);
      const waitMs = state.phase === "waiting" ? Math.max(0, state.retryAtMs - Date.now()) : 0;
      tell({ phase: "waiting", reason: error.reason, message: error.message, waitMs });
    } else if (state.phase === "connecting") tell({ phase: "connecting" });
  };
  const file = open(link, { createPeerConnection, onState: follow });
  const stopWatch = watch(() => file.networkChanged());
  const stop = (): void => {
    stopPatience();
    stopWatch();
  };
  try {
    const { id, ...version } = await orOutage(file.opened(signal), outage.signal);
    return new ReconnectingSource(file, { id, version, outage: outage.signal, stop });
  } catch (error) {
    stop();
    void file.close();
    throw error;
  }
}

class ReconnectingSource implements RemoteSource {
  readonly version: RemoteVersion;
  readonly #file: ReconnectingFile;
  readonly #id: string;
  /** Aborts when there was no connection for too long. */
  readonly #outage: AbortSignal;
  readonly #stop: () => void;

  constructor(
    file: ReconnectingFile,
    { id, version, outage, stop }: { id: string; version: RemoteVersion; outage: AbortSignal; stop: () => void },
  ) {
    const { name, size, provisional, etag, mediaType } = version;
    const estimate = provisional === undefined ? {} : { provisional };
    this.version = { name, size, ...estimate, ...(etag === undefined ? {} : { etag }), ...(mediaType === undefined ? {} : { mediaType }) };
    this.#file = file;
    this.#id = id;
    this.#outage = outage;
    this.#stop = stop;
  }

  async *stream({ start, signal }: { readonly start: number; readonly signal: AbortSignal }): AsyncGenerator<Uint8Array, void, undefined> {
    const reader = this.#file.stream({ start, signal, version: this.#id, priority: "background" }).getReader();
    try {
      for (;;) {
        const { done, value } = await orOutage(reader.read(), this.#outage);
        if (done) return;
        yield value;
      }
    } finally {
      // What it errored with was thrown; of a cancel nobody wants to hear.
      void reader.cancel().catch(() => undefined);
    }
  }

  path(): ReturnType<RemoteSource["path"]> {
    return this.#file.path();
  }

  async close(): Promise<void> {
    this.#stop();
    await this.#file.close();
  }
}

/** The promise's outcome, or the error that the outage ended with. */
function orOutage<T>(promise: Promise<T>, outage: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const over = (): void =>
      reject(outage.reason instanceof ClientError ? outage.reason : new ClientError("closed", "the connection is over"));
    if (outage.aborted) over();
    outage.addEventListener("abort", over, { once: true });
    promise.then(resolve, reject).finally(() => outage.removeEventListener("abort", over));
  });
}
