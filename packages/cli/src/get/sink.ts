/** Where the bytes of a file go, in order. */
export interface Sink {
  /** Bytes that are there. */
  readonly length: number;
  /** Takes the next bytes; resolves when more may come. @throws the system's error */
  write(bytes: Uint8Array): Promise<void>;
  /** Hands out the bytes that were there at first, for a hash of the whole. */
  readBack(take: (bytes: Uint8Array) => void, signal: AbortSignal): Promise<void>;
  /** All bytes have come. @throws the system's error; CliError */
  finish(): Promise<void>;
  /** Lets go of it, finished or not. Never throws. @returns whether what is there will be used the next time */
  close(): Promise<boolean>;
}
