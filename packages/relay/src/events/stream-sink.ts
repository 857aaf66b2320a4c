/** Where an event stream's text goes. */
export interface StreamSink {
  /** Whether as much waits for the reader as may. */
  isFull(): boolean;
  write(text: string): void;
  /** Ends the response; what waits is still delivered. */
  close(): void;
  /** Breaks the response off: its reader takes nothing. */
  cut(): void;
}

/** What a sink tells. */
export interface SinkEvents {
  /** There is room again. */
  readonly onCapacity: () => void;
  /** The reader left. */
  readonly onGone: () => void;
}

/** Begins a response. */
export type OpenSink = (headers: Headers, events: SinkEvents) => { readonly sink: StreamSink; readonly response: Response };

/**
 * Bytes that may wait in a response's body for its reader. What is more waits in the log, where it is kept anyway: so a slow reader costs this much
 * and one event (at most a body, 64 KiB), never more.
 */
const QUEUED_BYTES = 16 * 1024;
const encoder = new TextEncoder();

/** A response as any runtime takes it. */
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
    cut: () => queue?.error(new Error("the reader takes nothing")),
  };
  return { sink, response: new Response(body, { headers }) };
};
