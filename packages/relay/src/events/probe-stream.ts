import type { Clock } from "../clock.ts";
import { formatEvent, RETRY_BLOCK } from "./sse-format.ts";
import type { SinkEvents, StreamSink } from "./stream-sink.ts";

/** Number of events of a probe: enough to detect a proxy that buffers them. */
export const PROBE_EVENTS = 5;
/** Interval between them, milliseconds: far more than a network's jitter, and a short wait. */
export const PROBE_INTERVAL_MS = 200;

export interface ProbeStream {
  /** @param begin creates the sink */
  start(begin: (events: SinkEvents) => StreamSink): void;
  /** Ends the response. */
  end(): void;
}

/**
 * A few events at an interval, then the end (P-1). Their times of arrival show whether something between the reader and the relay buffers event streams. It
 * neither reads the store nor carries anyone's data.
 * @param onClose called once when the stream is over, to release its slot
 */
export function createProbeStream(clock: Clock, onClose: () => void): ProbeStream {
  let sink: StreamSink | undefined;
  let open = true;
  let stopTimer: () => void = () => undefined;
  const release = (): void => {
    if (!open) return;
    open = false;
    stopTimer();
    onClose();
  };
  const end = (): void => {
    if (!open) return;
    release();
    sink?.close();
  };
  const send = (number: number): void => {
    sink?.write(formatEvent({ event: "probe", data: JSON.stringify({ number, of: PROBE_EVENTS }) }));
    if (number === PROBE_EVENTS) end();
    else if (open) stopTimer = clock.after(PROBE_INTERVAL_MS, () => send(number + 1));
  };
  return {
    start: (begin) => {
      sink = begin({ onCapacity: () => undefined, onGone: release });
      sink.write(RETRY_BLOCK);
      send(1);
    },
    end,
  };
}
