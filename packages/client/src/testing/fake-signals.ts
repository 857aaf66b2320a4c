import type { SignalClient, SignalMessage, SignalType } from "@rangecast/signal";

/** A session's signalling without a relay, for the browser. The test reads what was posted and plays the agent. */
export class FakeSignals implements SignalClient {
  readonly posted: { type: SignalType; payload: string }[] = [];
  readonly #inbox: SignalMessage[] = [];
  #wake: (() => void) | undefined;
  #failure: Error | undefined;
  /** Number of event streams being read. */
  readers = 0;
  /** A post waits for this. */
  onPost: (type: SignalType, signal: AbortSignal | undefined) => Promise<void> = () => Promise.resolve();

  async post(message: { type: SignalType; payload: string }, { signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    signal?.throwIfAborted();
    this.posted.push(message);
    await this.onPost(message.type, signal);
  }

  async *messages({ signal }: { readonly signal: AbortSignal }): AsyncGenerator<SignalMessage> {
    this.readers += 1;
    try {
      while (!signal.aborted) {
        const message = this.#inbox.shift();
        if (message !== undefined) yield message;
        else if (this.#failure !== undefined) throw this.#failure;
        else await this.#change(signal);
      }
    } finally {
      this.readers -= 1;
    }
  }

  /** The agent posts. */
  agent(type: SignalType, payload: unknown = ""): void {
    this.#inbox.push({ from: "agent", type, payload: typeof payload === "string" ? payload : JSON.stringify(payload) });
    this.#wake?.();
  }

  /** The event stream fails for good. */
  fail(error: Error): void {
    this.#failure = error;
    this.#wake?.();
  }

  types(): SignalType[] {
    return this.posted.map(({ type }) => type);
  }

  async #change(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }
}
