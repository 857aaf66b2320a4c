import { type RelayLimits, RETRY_LATER_MS } from "../limits.ts";
import { RelayError } from "../http/relay-error.ts";

export type StreamCaps = Pick<RelayLimits, "streams" | "streamsPerAddress">;

/** A stream that occupies a slot. */
interface OpenStream {
  /** Ends its response. */
  end(): void;
}

/** The open event streams of this instance, capped per client address and in total. */
export class Streams {
  readonly #caps: StreamCaps;
  readonly #open = new Set<OpenStream>();
  readonly #perAddress = new Map<string, number>();
  #ended = false;

  constructor(caps: StreamCaps) {
    this.#caps = caps;
  }

  get count(): number {
    return this.#open.size;
  }

  /**
   * Takes a slot for a stream of this address.
   * @param create creates the stream, which must call `onClose` once when it is over
   * @throws {RelayError} `busy`, `full`; `closing` after {@link endAll}
   */
  add<Stream extends OpenStream>(address: string, create: (onClose: () => void) => Stream): Stream {
    if (this.#ended) {
      throw new RelayError("closing", "the relay is shutting down");
    }
    const taken = this.#perAddress.get(address) ?? 0;
    if (taken >= this.#caps.streamsPerAddress) {
      throw new RelayError("busy", "too many event streams from this address", { retryAfterMs: RETRY_LATER_MS });
    }
    if (this.#open.size >= this.#caps.streams) {
      throw new RelayError("full", "the relay can't take another event stream", { retryAfterMs: RETRY_LATER_MS });
    }
    this.#perAddress.set(address, taken + 1);
    const stream = create(() => {
      this.#open.delete(stream);
      this.#leave(address);
    });
    this.#open.add(stream);
    return stream;
  }

  /** Ends all streams, and refuses later ones: a request may still be on its way to {@link add}. */
  endAll(): void {
    this.#ended = true;
    for (const stream of this.#open) {
      stream.end();
    }
  }

  #leave(address: string): void {
    const left = (this.#perAddress.get(address) ?? 0) - 1;
    if (left > 0) {
      this.#perAddress.set(address, left);
    } else {
      this.#perAddress.delete(address);
    }
  }
}
