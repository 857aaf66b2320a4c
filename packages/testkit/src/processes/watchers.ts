/** Calls waiting for something that a program prints. */
export class Watchers {
  readonly #looks = new Set<() => void>();

  /** Makes every waiting call look again. */
  changed(): void {
    for (const look of this.#looks) look();
  }

  /**
   * Waits until `find` returns a value: now, or after a call of {@link changed}.
   * @param failure rejects when there is nothing more to wait for
   */
  async waitFor<T>(find: () => T | undefined, failure: Promise<never>): Promise<T> {
    let look: (() => void) | undefined;
    try {
      const found = new Promise<T>((resolve) => {
        look = () => {
          const value = find();
          if (value !== undefined) resolve(value);
        };
        this.#looks.add(look);
        look();
      });
      return await Promise.race([found, failure]);
    } finally {
      if (look !== undefined) this.#looks.delete(look);
    }
  }
}
