import type { OutgoingSignal, SignalClient, SignalMessage, SignalSide, SignalType } from "@rangecast/signal";

/** One session's signalling without a relay. The test is the other side. */
export class FakeSignals implements SignalClient {
  readonly posted: OutgoingSignal[] = [];
  /** Called with each posted message, after it was kept. The post ends with it. */
  onpost: (message: OutgoingSignal, signal: AbortSignal | undefined) => Promise<void> = () => Promise.resolve();
  /** Number of event streams being read. */
  readers = 0;
  readonly #queue: SignalMessage[] = [];
  #failure: Error | undefined;
  #wake = (): void => {};

  async post(message: OutgoingSignal, { signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    signal?.throwIfAborted();
    this.posted.push(message);
    await this.onpost(message, signal);
  }

  async *messages({ signal }: { readonly signal: AbortSignal }): AsyncGenerator<SignalMessage> {
    this.readers += 1;
    signal.addEventListener("abort", () => this.#wake(), { once: true });
    try {
      while (!signal.aborted) {
        const message = this.#queue.shift();
        if (message !== undefined) yield message;
        else if (this.#failure !== undefined) throw this.#failure;
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      this.readers -= 1;
    }
  }

  /** Delivers a message. */
  give(type: SignalType, payload = "", from: SignalSide = "browser"): void {
    this.#queue.push({ from, type, payload });
    this.#wake();
  }

  /** Delivers a message of the agent, whose payload is a text, or written as JSON. */
  agent(type: SignalType, payload: unknown = ""): void {
    this.give(type, typeof payload === "string" ? payload : JSON.stringify(payload), "agent");
  }

  /** Makes `messages()` throw. */
  fail(error: Error): void {
    this.#failure = error;
    this.#wake();
  }

  /** Whether messages() is being read. */
  get reading(): boolean {
    return this.readers > 0;
  }

  /** Types of the posted messages, in order. */
  get postedTypes(): SignalType[] {
    return this.posted.map(({ type }) => type);
  }
}
