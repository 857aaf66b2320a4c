/*
 * A ReconnectingFile over FakeRemotes in place of sessions. The client's own code decides about attempts, versions and states; the bytes come from the remotes.
 */
import { abortable } from "@rangecast/base";
import { ClientError, type Connection, type ReconnectingOptions, type ReconnectingReadOptions, stayConnected } from "@rangecast/client";
import { NO_CANDIDATES } from "@rangecast/rtc";
import type { EngineFile } from "../src/engine/connect.ts";
import type { FakeRemote } from "./fake-remote.ts";
import type { FakeTree } from "./fake-tree.ts";

/** @param open makes one attempt @param tree the share is this folder */
export function createFakeFile(
  open: (signal: AbortSignal) => Promise<FakeRemote>,
  options: ReconnectingOptions,
  tree?: FakeTree,
): EngineFile {
  let opened: FakeRemote | undefined;
  let current: FakeRemote | undefined;
  let wake: () => void = () => undefined;
  let change = new Promise<void>((resolve) => (wake = resolve));
  const file = stayConnected({
    ...options,
    connect: async ({ signal }) => {
      opened = await open(signal);
      return connectionOf(opened, tree === undefined ? [] : ["folders"]);
    },
    onState: (state) => {
      current = state.phase === "connected" ? opened : undefined;
      wake();
      change = new Promise((resolve) => (wake = resolve));
      options.onState?.(state);
    },
  });

  /** The current remote, other than one that has failed. */
  const remoteOf = async (version: string | undefined, failed: FakeRemote | undefined, signal?: AbortSignal): Promise<FakeRemote> => {
    for (;;) {
      const { id } = await file.opened(signal);
      if (version !== undefined && id !== version) throw new ClientError("file-changed", "another version");
      if (current !== undefined && current !== failed) return current;
      await abortable(change, signal);
    }
  };
  async function* read({ start = 0, version, signal, ...range }: ReconnectingReadOptions): AsyncGenerator<Uint8Array, void> {
    let at = start;
    for (let remote: FakeRemote | undefined; ;) {
      remote = await remoteOf(version, remote, signal);
      const reader = remote.stream({ ...range, start: at, ...(signal === undefined ? {} : { signal }) }).getReader();
      try {
        for (let next = await reader.read(); !next.done; next = await reader.read()) {
          at += next.value.byteLength;
          yield next.value;
        }
        return;
      } catch (error) {
        if (!(error instanceof ClientError) || error.reason !== "closed") throw error;
      }
    }
  }
  return {
    stream: (range = {}) => streamOf(read(range)),
    open: async (path, readOptions) => tree?.open(textOf(path)) ?? file.open(path, readOptions),
    readFolder: async (path, readOptions) => tree?.list(textOf(path)) ?? file.readFolder(path, readOptions),
    path: () => file.path(),
    stats: () => file.stats(),
    networkChanged: () => file.networkChanged(),
  };
}

function streamOf(chunks: AsyncGenerator<Uint8Array, void>): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
    },
    { highWaterMark: 0 },
  );
}

const NO_WINDOW: Connection["source"]["window"] = {
  outstandingBytes: 1,
  pieceBytes: 1,
  ranges: 1,
  largeChunks: false,
  onHost: () => undefined,
  onSent: () => undefined,
  onDelivered: () => undefined,
  onEnded: () => undefined,
  onRtt: () => undefined,
};

function textOf(path: string | Uint8Array): string {
  return typeof path === "string" ? path : new TextDecoder().decode(path);
}

function connectionOf(remote: FakeRemote, features: readonly string[]): Connection {
  const { name, size, mediaType, etag, provisional } = remote;
  const optional = { ...(etag === undefined ? {} : { etag }), ...(provisional === undefined ? {} : { provisional }) };
  return {
    facts: { name, size, mediaType, ...optional, features: new Set(features) },
    // Never asked: the streams read from the remote itself.
    source: {
      window: NO_WINDOW,
      ready: false,
      slots: 0,
      liveRanges: 0,
      freeSlots: 0,
      outstandingBytes: 0,
      onCapacity: undefined,
      request: () => {
        throw new Error("not ready");
      },
    },
    closed: remote.closed.then((reason) => ({ reason, message: `it is over: ${reason}` })),
    diagnosis: { local: NO_CANDIDATES, remote: NO_CANDIDATES, iceServers: { stun: 0, turn: 0 }, tried: true, connected: true },
    onHealth: undefined,
    open: () => Promise.reject(new ClientError("unsupported", "a fake remote has one file")),
    closeHandle: () => undefined,
    restart: () => undefined,
    probe: () => undefined,
    path: () => remote.path(),
    stats: () => ({ receivedBytes: 0, droppedMessages: 0, rttMs: 23 }),
    close: () => remote.close(),
  };
}
