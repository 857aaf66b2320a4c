import { createRandom } from "@rangecast/testkit/random";
import { encodeFrame } from "@rangecast/wire";
import { MEMORY_PATH } from "./memory-tree.ts";

/** Paths that exist in a {@link MemoryTree}, that don't, and that lead out of it. */
const PATHS = [MEMORY_PATH, "no/such/file", "../x", "/etc/passwd"].map((path) => new TextEncoder().encode(path));

/** A valid frame with bytes changed, cut or added, or with another length field. */
function mutate(next: () => number): Uint8Array<ArrayBuffer> {
  const below = (limit: number): number => Math.floor(next() * limit);
  const streamId = below(32);
  const good = [
    () => encodeFrame({ type: "range-req", streamId, offset: BigInt(below(200_000)), length: BigInt(below(3000)), extended: next() < 0.5 }),
    () => encodeFrame({ type: "range-req", streamId, handle: below(70), offset: BigInt(below(200)), length: BigInt(below(200)) }),
    () => encodeFrame({ type: "open", streamId, path: PATHS[below(PATHS.length)] ?? new Uint8Array(1) }),
    () => encodeFrame({ type: "close", streamId, handle: below(70) }),
    () => encodeFrame({ type: "opened", streamId, handle: 1, size: 1n, transcoding: false }),
    () => encodeFrame({ type: "cancel", streamId }),
    () => encodeFrame({ type: "ping", streamId }),
    () => encodeFrame({ type: "pong", streamId }),
    () => encodeFrame({ type: "seek-hint", streamId, timestampMs: 1n }),
    () => encodeFrame({ type: "range-end", streamId, status: below(9) }),
    () => encodeFrame({ type: "range-data", streamId, last: true, data: new Uint8Array(1 + below(64)) }),
    () => encodeFrame({ type: "goodbye", streamId, reason: "other", message: "x" }),
    () => encodeFrame({ type: "hello", streamId, size: 1n, name: "x", transcoding: false, seekable: true }),
  ];
  const frame = good[below(good.length)]?.() ?? new Uint8Array(0);
  switch (below(5)) {
    case 0:
      for (let count = 1 + below(4); count > 0; count -= 1) frame[below(frame.length)] = below(256);
      return frame;
    case 1:
      return frame.subarray(0, below(frame.length));
    case 2:
      return Uint8Array.from([...frame, ...Array.from({ length: 1 + below(64) }, () => below(256))]);
    case 3:
      new DataView(frame.buffer).setUint32(8, Math.floor(next() * 2 ** 32) >>> below(32));
      return frame;
    default:
      return frame;
  }
}

/** A generator of such frames. The same seed gives the same frames. */
export function mutatedFrames(seed: number): () => Uint8Array<ArrayBuffer> {
  const next = createRandom(seed);
  return () => mutate(next);
}
