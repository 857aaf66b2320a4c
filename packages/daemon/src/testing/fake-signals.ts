import type { OutgoingSignal, SignalClient, SignalMessage, SignalSide, SignalType } from "@rangecast/signal";
import { fakeSdp } from "./fake-sdp.ts";

/** One session's signalling without a relay: the test plays the other side. */
export class FakeSignals implements SignalClient {
  readonly posted: OutgoingSignal[] = [];
  /** What posting does beside keeping the message. */
  onpost: (message: OutgoingSignal, signal: AbortSignal | undefined) => Promise<void> = () => Promise.resolve();
  /** Whether messages() is being read. */
  reading = false;
  readonly #queue: SignalMessage[] = [];
  #failure: Error | undefined;
  #wake = (): void => {};

  async post(message: OutgoingSignal, options: { signal?: AbortSignal } = {}): Promise<void> {
    this.posted.push(message);
    await this.onpost(message, options.signal);
  }

  async *messages({ signal }: { signal: AbortSignal }): AsyncGenerator<SignalMessage> {
    this.reading = true;
    signal.addEventListener("abort", () => this.#wake(), { once: true });
    try {
      while (!signal.aborted) {
        const message = this.#queue.shift();
        if (message !== undefined) yield message;
        else if (this.#failure !== undefined) throw this.#failure;
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      this.reading = false;
    }
  }

  /** A message comes in. */
  give(type: SignalType, payload = "", from: SignalSide = "browser"): void {
    this.#queue.push({ from, type, payload });
    this.#wake();
  }

  /** The event stream ends for good. */
  fail(error: Error): void {
    this.#failure = error;
    this.#wake();
  }

  get postedTypes(): string[] {
    return this.posted.map(({ type }) => type);
  }
}

/** An SDP for a data channel. */
export function offerSdp(lines: readonly string[] = ["a=max-message-size:262144"]): string {
  return fakeSdp("offer", lines);
}

export function offerPayload(sdp: string = offerSdp(), more: object = {}): string {
  return JSON.stringify({ type: "offer", sdp, ...more });
}

export function candidatePayload(address = "192.0.2.1", transport = "udp"): string {
  return JSON.stringify({ candidate: `candidate:1 1 ${transport} 2113937151 ${address} 50000 typ host`, sdpMid: "0", sdpMLineIndex: 0 });
}
