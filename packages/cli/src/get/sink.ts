/** Where the bytes of a file are written, in order. */
export interface Sink {
  /** Number of bytes present. */
  readonly length: number;
  /** Writes the next bytes; resolves when more may be written. @throws the system's error */
  write(bytes: Uint8Array): Promise<void>;
  /** Reads back the bytes that were present at first, for a hash of the whole file. */
  readBack(take: (bytes: Uint8Array) => void, signal: AbortSignal): Promise<void>;
  /** Call when all bytes are written. @throws the system's error; CliError */
  finish(): Promise<void>;
  /** Closes the sink, finished or not. Never throws. @returns whether the next run can use the bytes that are present */
  close(): Promise<boolean>;
}

/** Standard output. One chunk is in flight at a time, so a slow reader slows down the host. The next run can't continue it. */
export function createStdoutSink(stdout: NodeJS.WritableStream): Sink {
  let length = 0;
  return {
    get length() {
      return length;
    },
    write: (bytes) =>
      new Promise((resolve, reject) => {
        stdout.write(bytes, (error) => {
          if (error) return reject(error);
          length += bytes.byteLength;
          resolve();
        });
      }),
    readBack: async () => {},
    finish: async () => {},
    close: async () => false,
  };
}
