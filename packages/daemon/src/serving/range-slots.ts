import { BASE_RANGES } from "@rangecast/wire";

/** How long a range waits for a place before it is refused with status 1, milliseconds (protocol 1.3). */
export const SLOT_WAIT_MS = 5000;

/** Ranges that may wait for a place, a session: the range server refuses more at once. A client of sense has none waiting. */
export const MAX_WAITING_RANGES = 64;

/** Gives the place back. Idempotent. */
export type ReleaseSlot = () => void;

interface Waiter {
  readonly grant: () => void;
}

/** The places in which a session's ranges are served, given out in the order they were asked for. */
export class RangeSlots {
  #places: number = BASE_RANGES;
  #free: number = BASE_RANGES;
  readonly #waiting = new Set<Waiter>();

  /** Ranges that are served at once. */
  get places(): number {
    return this.#places;
  }

  /** Ranges that wait for a place. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** There are so many places from now on; never fewer than before. */
  grow(places: number): void {
    for (; this.#places < places; this.#places += 1) this.#giveBack();
  }

  /**
   * Waits for a place, at most 5 s.
   * @returns the way to give it back, or "busy" when none came free in time
   * @throws the signal's reason
   */
  take(signal: AbortSignal): Promise<ReleaseSlot | "busy"> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      if (this.#free > 0) {
        this.#free -= 1;
        return resolve(this.#releaser());
      }
      const leave = (): void => {
        this.#waiting.delete(waiter);
        clearTimeout(timer);
        signal.removeEventListener("abort", aborted);
      };
      const aborted = (): void => {
        leave();
        reject(signal.reason);
      };
      const waiter: Waiter = {
        grant: () => {
          leave();
          resolve(this.#releaser());
        },
      };
      const timer = setTimeout(() => {
        leave();
        resolve("busy");
      }, SLOT_WAIT_MS);
      signal.addEventListener("abort", aborted, { once: true });
      this.#waiting.add(waiter);
    });
  }

  #releaser(): ReleaseSlot {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#giveBack();
    };
  }

  #giveBack(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#free += 1;
    else next.grant();
  }
}
