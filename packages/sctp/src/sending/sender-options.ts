import type { CongestionController } from "../congestion/controller.ts";
import type { OutChunk } from "./out-chunk.ts";

/** How messages are cut. It may change at any time; chunks that exist stay as they are (RFC 9260, 6.9). */
export interface ChunkSize {
  /** Most payload bytes in a chunk. */
  maxPayloadBytes: number;
}

export interface SenderOptions {
  readonly initialTsn: number;
  /** The peer's first receive window, bytes. */
  readonly peerWindowBytes: number;
  readonly chunkSize: ChunkSize;
  /** Messages are in I_DATA chunks, and streams take turns (RFC 8260). */
  readonly interleaved: boolean;
  /** The peer can skip messages that are given up (RFC 3758). */
  readonly peerSkips: boolean;
  readonly controller: CongestionController;
  /** How many time-outs in a row end the association. */
  readonly maxRetransmissions: number;
  readonly minRtoMs: number;
  readonly maxRtoMs: number;
  /** Called with each chunk that is lost. */
  readonly onLost?: ((chunk: OutChunk) => void) | undefined;
}

/** Why a SACK is refused: it acknowledges what was never sent, or its gap blocks contradict themselves. */
export type SackFault = "unsent-tsn" | "bad-gaps";
