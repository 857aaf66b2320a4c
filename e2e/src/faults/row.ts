/** The result of one fault. */
export interface Row {
  readonly name: string;
  readonly what: string;
  readonly survived: boolean;
  /** From the end of the fault until both film and `get` continued; null if they didn't, or if the loss was reported instead. */
  readonly secondsToRecover: number | null;
  /** Bytes that are not the film's, or are missing although they should have been received. */
  readonly bytesWrong: number;
  /** Why the fault could not be caused here; it then counts as not survived. */
  readonly skipped?: string;
  /** Details, for people. */
  readonly word?: string;
}
