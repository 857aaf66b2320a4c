/** What a window must know of its host. */
export interface HostFacts {
  /** How many ranges the host serves at once, `BASE_RANGES` or more. */
  readonly slots: number;
  /** The host paces what it sends. */
  readonly paced: boolean;
}

/**
 * How many bytes may be outstanding on one range source: requested, but not arrived. Browsers have no receive-side back-pressure on data channels, so
 * everything that was requested may queue up, and a seek waits behind it. The source reports what happens; the scheduler asks before each request.
 * Times are milliseconds of performance.now().
 */
export interface Window {
  /** Maximum number of outstanding bytes, at least 1. */
  readonly outstandingBytes: number;
  /** Length of the next piece, bytes, at least 1. */
  readonly pieceBytes: number;
  /** Number of ranges to keep in progress. Fewer than fill the window would leave part of it unused. */
  readonly ranges: number;
  /** Whether to request frames of up to 64 KiB from hosts that offer them: fewer frames, but each delays a PONG and a seek. */
  readonly largeChunks: boolean;
  /** Called once, before the first request. */
  onHost(facts: HostFacts): void;
  /** A range was requested. */
  onSent(streamId: number, bytes: number, nowMs: number): void;
  /** Bytes of a range arrived. */
  onDelivered(streamId: number, bytes: number, nowMs: number): void;
  /** A range is over. `missingBytes` of it never arrived. */
  onEnded(streamId: number, missingBytes: number, nowMs: number): void;
  /** A PONG arrived this long after its PING: the round trip of the path and its queues. */
  onRtt(rttMs: number, nowMs: number): void;
}
