/** Where an event stream's text goes. */
export interface StreamSink {
  /** Whether the queue of unread data is full. */
  isFull(): boolean;
  write(text: string): void;
  /** Ends the response; queued data is still delivered. */
  close(): void;
  /** Aborts the response, since its reader has stalled. */
  cut(): void;
}

/** A sink's callbacks. */
export interface SinkEvents {
  /** The queue is no longer full. */
  readonly onCapacity: () => void;
  /** The reader left. */
  readonly onGone: () => void;
}

/** Begins a response. */
export type OpenSink = (headers: Headers, events: SinkEvents) => { readonly sink: StreamSink; readonly response: Response };

/**
 * Bytes that are queued in a response's body for its reader. Other events wait in the log, which stores them anyway. So a slow reader costs at most this much
 * and one event (at most a request's body, 64 KiB).
 */
const QUEUED_BYTES = 16 * 1024;
const encoder = new TextEncoder();

/** A response with a web stream as its body, for any runtime. */
export const openBody: OpenSink = (headers, { onCapacity, onGone }) => {
  let queue: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        queue = controller;
      },
      pull: onCapacity,
      cancel: onGone,
    },
    { highWaterMark: QUEUED_BYTES, size: (chunk) => chunk.byteLength },
  );
  const sink: StreamSink = {
    isFull: () => (queue?.desiredSize ?? 0) <= 0,
    write: (text) => queue?.enqueue(encoder.encode(text)),
    close: () => queue?.close(),
    cut: () => queue?.error(new Error("the reader stalled")),
  };
  return { sink, response: new Response(body, { headers }) };
};
