type Listener = (note: string) => void;

/** Topics and who listens to them, in memory. */
export class MemoryNotes {
  readonly #topics = new Map<string, Set<Listener>>();

  subscribe(topic: string, listener: Listener): () => void {
    const listeners = this.#topics.get(topic) ?? new Set();
    this.#topics.set(topic, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#topics.get(topic) === listeners) {
        this.#topics.delete(topic);
      }
    };
  }

  publish(topic: string, note: string): void {
    for (const listener of this.#topics.get(topic) ?? []) {
      listener(note);
    }
  }

  clear(): void {
    this.#topics.clear();
  }
}
