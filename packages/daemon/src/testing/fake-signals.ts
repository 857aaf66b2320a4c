import type { SessionDescription } from "@rangecast/rtc";
import type { OutgoingSignal, SignalClient, SignalMessage, SignalSide, SignalType } from "@rangecast/signal";

const FINGERPRINT = Array.from({ length: 32 }, () => "AB").join(":");

/** One session's signalling without a relay. The test is the other side. */
export class FakeSignals implements SignalClient {
  readonly posted: OutgoingSignal[] = [];
  /** Called with each posted message, after it was kept. */
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

  /** Delivers a message. */
  give(type: SignalType, payload = "", from: SignalSide = "browser"): void {
    this.#queue.push({ from, type, payload });
    this.#wake();
  }

  /** Makes `messages()` throw. */
  fail(error: Error): void {
    this.#failure = error;
    this.#wake();
  }

  get postedTypes(): string[] {
    return this.posted.map(({ type }) => type);
  }
}

/** Two ends of one session's signalling: each reads what the other posts. */
export function signalPair(): { browser: SignalClient; agent: SignalClient } {
  const [browser, agent] = [new FakeSignals(), new FakeSignals()];
  browser.onpost = ({ type, payload }) => Promise.resolve(agent.give(type, payload, "browser"));
  agent.onpost = ({ type, payload }) => Promise.resolve(browser.give(type, payload, "agent"));
  return { browser, agent };
}

/** An SDP for a data channel, as `writeDescription` writes it, followed by `lines`. */
export function fakeSdp(type: SessionDescription["type"], lines: readonly string[] = []): string {
  return [
    "v=0",
    "o=- 1 1 IN IP4 127.0.0.1",
    "s=-",
    "t=0 0",
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    "c=IN IP4 0.0.0.0",
    "a=ice-ufrag:fake",
    "a=ice-pwd:fake/password/of/22/or/more",
    `a=fingerprint:sha-256 ${FINGERPRINT}`,
    `a=setup:${type === "offer" ? "actpass" : "active"}`,
    "a=mid:0",
    "a=sctp-port:5000",
    ...lines,
    "",
  ].join("\r\n");
}

/** The SDP of an offer. */
export function offerSdp(lines: readonly string[] = ["a=max-message-size:262144"]): string {
  return fakeSdp("offer", lines);
}

export function offerPayload(sdp: string = offerSdp(), more: object = {}): string {
  return JSON.stringify({ type: "offer", sdp, ...more });
}

export function candidatePayload(address = "192.0.2.1", transport = "udp"): string {
  return JSON.stringify({ candidate: `candidate:1 1 ${transport} 2113937151 ${address} 50000 typ host`, sdpMid: "0", sdpMLineIndex: 0 });
}
