type Listener = (message: string) => void;

/** {@link PubSub} in memory. */
export class MemoryPubSub {
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

  publish(topic: string, message: string): void {
    for (const listener of this.#topics.get(topic) ?? []) {
      listener(message);
    }
  }

  clear(): void {
    this.#topics.clear();
  }
}
