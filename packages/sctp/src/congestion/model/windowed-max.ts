/**
 * Largest value of the last `length` slots. A slot is a round or a probe cycle: the owner of the filter says when the next begins.
 * An update costs a comparison, a new slot a scan.
 */
export class WindowedMax {
  /** Largest value of all slots; 0 without any. */
  value = 0;
  readonly #slots: Float64Array;
  #at = 0;

  constructor(length: number) {
    this.#slots = new Float64Array(length);
  }

  update(value: number): void {
    if (value > (this.#slots[this.#at] ?? 0)) this.#slots[this.#at] = value;
    if (value > this.value) this.value = value;
  }

  /** Begins a slot; the oldest is forgotten. */
  advance(): void {
    this.#at = (this.#at + 1) % this.#slots.length;
    this.#slots[this.#at] = 0;
    this.value = 0;
    for (const slot of this.#slots) if (slot > this.value) this.value = slot;
  }

  /** Forgets everything but this value. */
  reset(value: number): void {
    this.#slots.fill(0);
    this.#slots[this.#at] = value;
    this.value = value;
  }
}
