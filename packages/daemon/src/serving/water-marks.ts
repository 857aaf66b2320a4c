/*
 * How much may be queued on a channel. What is queued ahead of a seek delays it: 8 MiB, the outer limit of the protocol, are 6.7 s at
 * 10 Mbit/s. A stack also holds about 1 MiB inside SCTP that bufferedAmount does not show.
 */
const KIB = 1024;
const MIB = 1024 * KIB;

/** Sending pauses at or over so many bytes of bufferedAmount, whatever is configured (protocol 1.3). */
export const OUTER_HIGH_BYTES: number = 8 * MIB;

/** Sending goes on at the latest when bufferedAmount has fallen to so many bytes (protocol 1.3). */
export const OUTER_LOW_BYTES: number = MIB;

/** Default high mark, bytes: 25 ms of a 40 MB/s path, the most a channel was seen to carry, so that a slow event loop does not starve it. */
export const DEFAULT_HIGH_BYTES: number = MIB;

/** Default low mark, bytes: what is left to send while the event comes and the next read is made. */
export const DEFAULT_LOW_BYTES: number = 256 * KIB;

/**
 * The two marks of a channel's queue. {@link FlowControl} asks each time before it sends, so a bound may move: one that learns from
 * PONGs what has arrived takes this place.
 */
export interface WaterMarks {
  /** Sending pauses while bufferedAmount is at or over this, bytes. */
  readonly highBytes: number;
  /** Paused sending goes on once bufferedAmount is at or under this, bytes. */
  readonly lowBytes: number;
}

/**
 * A bound that does not move.
 * @throws {RangeError} marks over the protocol's, or crossed: our caller's mistake
 */
export function fixedBound(
  highBytes: number = DEFAULT_HIGH_BYTES,
  lowBytes: number = Math.min(DEFAULT_LOW_BYTES, highBytes / 4),
): WaterMarks {
  if (!(lowBytes >= 0 && lowBytes < highBytes)) throw new RangeError(`the low mark ${lowBytes} is not under the high mark ${highBytes}`);
  if (highBytes > OUTER_HIGH_BYTES || lowBytes > OUTER_LOW_BYTES) {
    throw new RangeError(`marks of ${highBytes} and ${lowBytes} bytes are over the protocol's ${OUTER_HIGH_BYTES} and ${OUTER_LOW_BYTES}`);
  }
  return { highBytes, lowBytes };
}
