import { encodeFrame, type Frame } from "@rangecast/wire";
import { onTestFinished, vi } from "vitest";
import { RangeServer, type RangeServerOptions } from "../serving/range-server.ts";
import { FakeChannel } from "@rangecast/testkit/fakes/fake-channel";
import { type LogLine, memoryLogger } from "./memory-logger.ts";
import { patternBytes } from "@rangecast/testkit/files/pattern";
import { MemoryTree } from "./memory-tree.ts";
import type { MemorySource } from "./memory-source.ts";

export const KIB = 1024;

/** Longest wait for the end of a range, milliseconds: it limits a hang. */
const RANGE_WAIT_MS = 20_000;

type Ask = (
  streamId: number,
  offset: number | bigint,
  length: number | bigint,
  flags?: { extended?: boolean; largeChunks?: boolean; handle?: number },
) => void;

/** A range server on a fake channel and a fake file. */
export interface RangeBench {
  readonly channel: FakeChannel;
  /** The session's file. */
  readonly source: MemorySource;
  /** That file, and what can be opened beside it. */
  readonly tree: MemoryTree;
  readonly server: RangeServer;
  readonly lines: LogLine[];
  /** Passes a frame to the server, as from the browser. */
  readonly give: (frame: Frame) => void;
  /** Requests a range. */
  readonly request: Ask;
  /** Waits for the end of a range and returns its status. */
  readonly ended: (streamId: number) => Promise<number>;
}

export function rangeBench(bytes: number | Uint8Array = 100 * KIB, options: Partial<RangeServerOptions> = {}): RangeBench {
  const channel = new FakeChannel();
  const tree = new MemoryTree(typeof bytes === "number" ? patternBytes(0, bytes) : bytes);
  const source = tree.root;
  const logger = memoryLogger();
  const onBroken = (): void => {};
  const server = new RangeServer({
    channel,
    resources: tree,
    displayName: source.name,
    maxMessageSize: 262_144,
    logger,
    onBroken,
    ...options,
  });
  channel.onmessage = ({ data }) => server.receive(data);
  onTestFinished(() => server.close());
  const give = (frame: Frame): void => server.receive(encodeFrame(frame).buffer);
  return {
    channel,
    source,
    tree,
    server,
    lines: logger.lines,
    give,
    request: (streamId, offset, length, flags) =>
      give({ type: "range-req", streamId, offset: BigInt(offset), length: BigInt(length), ...flags }),
    ended: async (streamId) => {
      await vi.waitUntil(() => channel.endsOf(streamId).length > 0, { interval: 1, timeout: RANGE_WAIT_MS });
      return channel.endsOf(streamId)[0] ?? Number.NaN;
    },
  };
}

/** Makes reads wait. @returns the function that lets them continue */
export function gated(source: MemorySource): () => void {
  let open = (): void => {};
  source.gate = new Promise((resolve) => (open = resolve));
  return () => open();
}

/** Flag and size of each RANGE_DATA frame of a stream. */
export function dataFrames(channel: FakeChannel, streamId: number): { last: boolean; bytes: number }[] {
  return channel.sent.flatMap((frame) =>
    frame.type === "range-data" && frame.streamId === streamId ? [{ last: frame.last, bytes: frame.data.byteLength }] : [],
  );
}
