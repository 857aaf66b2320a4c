/** What came of one fault. */
export interface Row {
  readonly name: string;
  readonly what: string;
  readonly survived: boolean;
  /** From the end of the fault until film and `get` went on, both; null where they didn't, or where the right end was to be told. */
  readonly secondsToRecover: number | null;
  /** Bytes that are not the film's, or didn't come though they should have. */
  readonly bytesWrong: number;
  /** Why it could not be done here: it counts as not survived then. */
  readonly skipped?: string;
  /** What else is to be said, for people. */
  readonly word?: string;
}
