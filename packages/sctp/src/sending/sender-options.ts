import type { CongestionController } from "../congestion/controller.ts";

export interface SenderOptions {
  readonly initialTsn: number;
  /** The peer's first receive window, bytes. */
  readonly peerWindowBytes: number;
  /** Most payload bytes in a chunk. */
  readonly maxPayloadBytes: number;
  /** Messages are in I_DATA chunks, and streams take turns (RFC 8260). */
  readonly interleaved: boolean;
  /** The peer can skip messages that are given up (RFC 3758). */
  readonly peerSkips: boolean;
  readonly controller: CongestionController;
  /** How many time-outs in a row end the association. */
  readonly maxRetransmissions: number;
  readonly minRtoMs: number;
  readonly maxRtoMs: number;
}
