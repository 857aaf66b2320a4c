/** A range of bytes, `end` exclusive. */
export interface ByteRange {
  /** First byte. */
  readonly start: number;
  /** The byte after the last. */
  readonly end: number;
}
