import type { CongestionController } from "../congestion/controller.ts";

export interface SenderOptions {
  readonly initialTsn: number;
  /** The peer's first receive window, bytes. */
  readonly peerWindowBytes: number;
  /** Most payload bytes in a chunk. */
  readonly maxPayloadBytes: number;
  readonly controller: CongestionController;
  /** How many time-outs in a row end the association. */
  readonly maxRetransmissions: number;
  readonly minRtoMs: number;
  readonly maxRtoMs: number;
}
