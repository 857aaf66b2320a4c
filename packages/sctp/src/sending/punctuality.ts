/** Lateness that a timer's resolution and the work of a turn of the event loop explain, ms. */
const GRAIN_MS = 3;
/** While the window is full, the program is expected to run again after so much time, ms, whatever arrives: so lateness shows there, too. */
const WATCH_MS = 4;

/**
 * How late the program runs that drives the association. On a busy machine it waits tens of milliseconds for a core, while SACKs lie in its socket: their round trips
 * are too long by as much, and nothing is sent meanwhile. Neither says anything of the path.
 */
export class Punctuality {
  /** When the program was to run again, ms; Infinity: nobody knows. */
  expectedMs: number = Number.POSITIVE_INFINITY;

  /** Nothing more can be sent now. @param atMs when the pacer allows more; NaN if the window is full and nothing is known */
  expect(nowMs: number, atMs: number): void {
    this.expectedMs = Number.isNaN(atMs) ? nowMs + WATCH_MS : Math.max(nowMs, atMs);
  }

  /** Nothing waits to be sent. */
  rest(): void {
    this.expectedMs = Number.POSITIVE_INFINITY;
  }

  /** Time by which the program is late, ms. */
  lateMs(nowMs: number): number {
    return Math.max(0, nowMs - this.expectedMs);
  }

  /** The same, for which SACKs may have waited in the socket: 0 if timers and the turns of the event loop explain it. */
  blockedMs(nowMs: number): number {
    const lateMs = this.lateMs(nowMs);
    return lateMs > GRAIN_MS ? lateMs : 0;
  }
}
