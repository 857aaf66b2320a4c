/** Reads one file, with one of the two clients. */
export interface Viewer {
  /** Seeks: stops the previous read, and reads from `start`. `onBytes` gets only bytes of this call. */
  readFrom(start: number, onBytes: (bytes: number) => void): void;
  /** Rejects when the session fails. Never resolves. */
  readonly failed: Promise<never>;
  close(): Promise<void>;
}

/** A promise that never resolves; its rejection needn't be handled. */
export function createFailure(): { readonly failed: Promise<never>; readonly fail: (error: unknown) => void } {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => undefined);
  return { failed: promise, fail: reject };
}
