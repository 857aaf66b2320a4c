/** How fast a reader takes what there is. Time is handed in, milliseconds. */
export interface Pace {
  /** Milliseconds until the next bytes may be taken; 0 for now. */
  readonly wait: (nowMs: number) => number;
  readonly took: (bytes: number) => void;
  /** So many bytes more may be taken at once. */
  readonly burst: (bytes: number) => void;
  /** From now on as fast as they come. */
  readonly release: () => void;
}

const MS_PER_SECOND = 1000;

/** @param bytesPerSecond what it takes until it is released */
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
