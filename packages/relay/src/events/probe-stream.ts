import type { Clock } from "../clock.ts";
import { formatEvent, RETRY_BLOCK } from "./sse-format.ts";
import type { SinkEvents, StreamSink } from "./stream-sink.ts";

/** Number of events of a probe: enough to detect a proxy that buffers them. */
export const PROBE_EVENTS = 5;
/** Interval between them, milliseconds: far more than a network's jitter, and a short wait. */
export const PROBE_INTERVAL_MS = 200;

/**
 * A few events at an interval, then the end (P-1). Their times of arrival show whether something between the reader and the relay buffers event streams. It
 * neither reads the store nor carries anyone's data.
 */
export class ProbeStream {
  readonly #clock: Clock;
  readonly #onClose: () => void;
  #sink: StreamSink | undefined;
  #number = 0;
  #open = true;
  #stopTimer: () => void = () => undefined;

  /** @param onClose called once when the stream is over, to release its slot */
  constructor(clock: Clock, onClose: () => void) {
    this.#clock = clock;
    this.#onClose = onClose;
  }

  /** @param begin creates the sink */
  start(begin: (events: SinkEvents) => StreamSink): void {
    this.#sink = begin({ onCapacity: () => undefined, onGone: () => this.#release() });
    this.#sink.write(RETRY_BLOCK);
    this.#next();
  }

  /** Ends the response. */
  end(): void {
    if (this.#open) {
      this.#release();
      this.#sink?.close();
    }
  }

  #next(): void {
    this.#number += 1;
    this.#sink?.write(formatEvent({ event: "probe", data: JSON.stringify({ number: this.#number, of: PROBE_EVENTS }) }));
    if (this.#number === PROBE_EVENTS) {
      this.end();
    } else if (this.#open) {
      this.#stopTimer = this.#clock.after(PROBE_INTERVAL_MS, () => this.#next());
    }
  }

  #release(): void {
    if (this.#open) {
      this.#open = false;
      this.#stopTimer();
      this.#onClose();
    }
  }
}
