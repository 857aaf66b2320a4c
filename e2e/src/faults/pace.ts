/** Limits how fast a reader reads. The caller passes the time, milliseconds. */
export interface Pace {
  /** Milliseconds until the next bytes may be read; 0: now. */
  readonly wait: (nowMs: number) => number;
  readonly took: (bytes: number) => void;
  /** Lets this many more bytes be read at once. */
  readonly burst: (bytes: number) => void;
  /** From now on there is no limit. */
  readonly release: () => void;
}

const MS_PER_SECOND = 1000;

/** @param bytesPerSecond the rate until release */
export function createPace(bytesPerSecond: number, startMs: number): Pace {
  let taken = 0;
  let granted = 0;
  let free = false;
  return {
    wait: (nowMs) => {
      if (free) return 0;
      const allowed = granted + ((nowMs - startMs) / MS_PER_SECOND) * bytesPerSecond;
      return Math.max(0, ((taken - allowed) / bytesPerSecond) * MS_PER_SECOND);
    },
    took: (bytes) => {
      taken += bytes;
    },
    burst: (bytes) => {
      granted += bytes;
    },
    release: () => {
      free = true;
    },
  };
}
