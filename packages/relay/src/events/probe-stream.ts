import type { Clock } from "../clock.ts";
import { formatEvent, RETRY_BLOCK } from "./sse-format.ts";
import type { SinkEvents, StreamSink } from "./stream-sink.ts";

/** Events of one probe: enough to tell a proxy that holds some back from one that passes them on. */
export const PROBE_EVENTS = 5;
/** Between two of them, milliseconds: far more than a network's jitter, and little to wait for. */
export const PROBE_INTERVAL_MS = 200;

/**
 * A few events, one each interval, then the end: by when they arrive a reader sees whether something between it and the relay holds event streams back.
 * It reads no store and carries nothing of anybody's.
 */
export class ProbeStream {
  readonly #clock: Clock;
  readonly #onClose: () => void;
  #sink: StreamSink | undefined;
  #number = 0;
  #open = true;
  #stopTimer: () => void = () => undefined;

  /** @param onClose called once when it is over, to give its place back */
  constructor(clock: Clock, onClose: () => void) {
    this.#clock = clock;
    this.#onClose = onClose;
  }

  /** @param begin makes the sink */
  start(begin: (events: SinkEvents) => StreamSink): void {
    this.#sink = begin({ onCapacity: () => undefined, onGone: () => this.#release() });
    this.#sink.write(RETRY_BLOCK);
    this.#next();
  }

  /** Ends the response. */
  end(): void {
    if (!this.#open) {
      return;
    }
    this.#release();
    this.#sink?.close();
  }

  #next(): void {
    if (!this.#open) {
      return;
    }
    this.#number += 1;
    this.#sink?.write(formatEvent({ event: "probe", data: JSON.stringify({ number: this.#number, of: PROBE_EVENTS }) }));
    if (this.#number === PROBE_EVENTS) {
      this.end();
    } else {
      this.#stopTimer = this.#clock.after(PROBE_INTERVAL_MS, () => this.#next());
    }
  }

  #release(): void {
    if (!this.#open) {
      return;
    }
    this.#open = false;
    this.#stopTimer();
    this.#onClose();
  }
}
