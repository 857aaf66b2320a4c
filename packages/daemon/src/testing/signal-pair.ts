import type { OutgoingSignal, SignalClient, SignalMessage, SignalSide } from "@rangecast/signal";

/** Two ends of one session's signalling in memory: what one posts, the other reads, from the first message on. */
export function signalPair(): { browser: SignalClient; agent: SignalClient } {
  const toAgent = new Mailbox();
  const toBrowser = new Mailbox();
  return { browser: end("browser", toAgent, toBrowser), agent: end("agent", toBrowser, toAgent) };
}

function end(from: SignalSide, outbox: Mailbox, inbox: Mailbox): SignalClient {
  return {
    post(message: OutgoingSignal) {
      outbox.put({ from, ...message });
      return Promise.resolve();
    },
    messages: ({ signal }) => inbox.read(signal),
  };
}

class Mailbox {
  readonly #messages: SignalMessage[] = [];
  #wake = (): void => {};

  put(message: SignalMessage): void {
    this.#messages.push(message);
    this.#wake();
  }

  async *read(signal: AbortSignal): AsyncGenerator<SignalMessage> {
    signal.addEventListener("abort", () => this.#wake(), { once: true });
    for (let next = 0; !signal.aborted;) {
      const message = this.#messages[next];
      if (message === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
      else {
        next += 1;
        yield message;
      }
    }
  }
}
