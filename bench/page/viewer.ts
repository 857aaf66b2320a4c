/** Reads one file, in one of the two ways. */
export interface Viewer {
  /** Reads on from `start`, and stops what was read before: a seek. `onBytes` is told only of what came for this call. */
  readFrom(start: number, onBytes: (bytes: number) => void): void;
  /** Rejects when the session breaks. Never resolves. */
  readonly failed: Promise<never>;
  close(): Promise<void>;
}

/** A promise that only rejects, and whose rejection nobody need handle. */
export function createFailure(): { readonly failed: Promise<never>; readonly fail: (error: unknown) => void } {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => undefined);
  return { failed: promise, fail: reject };
}
