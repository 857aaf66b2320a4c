import { BASE_RANGES } from "@rangecast/wire";

/** How long a range waits for a slot before it is refused with status 1, milliseconds (C-4). */
export const SLOT_WAIT_MS = 5000;

/** Maximum number of ranges of a session that wait for a slot; more are refused at once. Well-behaved clients never queue. */
export const MAX_WAITING_RANGES = 64;

/** Frees the slot. Idempotent. */
export type ReleaseSlot = () => void;

interface Waiter {
  readonly grant: () => void;
}

/** Limits the number of ranges that a session serves at once. Slots are granted first come, first served. */
export class RangeSlots {
  #slots: number = BASE_RANGES;
  #free: number = BASE_RANGES;
  readonly #waiting = new Set<Waiter>();

  /** Number of slots. */
  get slots(): number {
    return this.#slots;
  }

  /** Number of ranges that wait for a slot. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Raises the number of slots to `slots`; never lowers it. */
  grow(slots: number): void {
    for (; this.#slots < slots; this.#slots += 1) this.#giveBack();
  }

  /**
   * Waits for a slot, at most 5 s.
   * @returns the function that frees the slot, or "busy" if none became free in time
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
