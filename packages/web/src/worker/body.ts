/*
 * The body of a response, as a stream of what the page sends on the response's port. The page may be at most `CREDIT_BYTES` ahead of the reader. Credit is
 * returned when the reader takes bytes, not when they arrive.
 */
import { type ByteRange, isOpenEnded } from "@rangecast/http";
import { CREDIT_BYTES } from "../shared/limits.ts";
import type { TypedPort } from "../shared/ports/typed-port.ts";
import type { BodyToSource, SourceToBody } from "../shared/messages/worker-messages.ts";

export type BodyPort = TypedPort<BodyToSource, SourceToBody>;

export interface BodyOptions {
  readonly port: BodyPort;
  /** Not empty. */
  readonly range: ByteRange;
  /** Aborts when the page is closed, so that no more bytes can arrive. */
  readonly pageGone: AbortSignal;
  /** Called once, at the end, at an error and when cancelled. */
  readonly onEnd: () => void;
}

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Opens the body. The stream closes only after every promised byte was passed on; otherwise it errors. No browser compares a service worker's body with its
 * Content-Length, and a download whose stream closes early is shown as complete. For an open-ended range, the page must send "end".
 */
export function createBody(options: BodyOptions): ReadableStream<Bytes> {
  const { port, range, pageGone, onEnd } = options;
  /** Received but not yet read. */
  const waiting: Bytes[] = [];
  let notReceived = range.end - range.start;
  let notTaken = notReceived;
  /** The page sent "end" for an open-ended range. */
  let atEnd = false;
  let controller: ReadableStreamDefaultController<Bytes> | undefined;
  let arrived: (() => void) | undefined;

  const finish = (): void => {
    if (!controller) return;
    controller = undefined;
    pageGone.removeEventListener("abort", onGone);
    waiting.length = 0;
    arrived?.();
    port.close();
    onEnd();
  };
  const fail = (message: string): void => {
    controller?.error(new TypeError(message));
    port.post({ type: "cancel" });
    finish();
  };
  const onGone = (): void => fail("the page that serves this file was closed");

  const take = (bytes: Bytes): void => {
    notReceived -= bytes.byteLength;
    // More bytes than requested mean that some are in the wrong place: better no file than a wrong one.
    if (notReceived < 0) return fail("the page sent more than the range holds");
    waiting.push(bytes);
    arrived?.();
  };

  const takeEnd = (): void => {
    if (!isOpenEnded(range)) return fail("the page ended the range before its last byte");
    atEnd = true;
    arrived?.();
  };

  return new ReadableStream<Bytes>(
    {
      start(own) {
        controller = own;
        pageGone.addEventListener("abort", onGone);
        port.listen((message) => {
          if (message.type === "ping") port.post({ type: "pong" });
          else if (message.type === "chunk") take(message.bytes);
          else if (message.type === "end") takeEnd();
          else if (message.type === "failed") fail("the page can't get the rest of the file");
        });
        port.post({ type: "start", range, credit: CREDIT_BYTES });
        if (pageGone.aborted) onGone();
      },
      async pull(own) {
        if (waiting.length === 0 && !atEnd) await new Promise<void>((resolve) => (arrived = resolve));
        arrived = undefined;
        const bytes = waiting.shift();
        if (!bytes) {
          if (!atEnd || !controller) return; // It ended while this waited.
          own.close();
          return finish();
        }
        own.enqueue(bytes);
        // For the last bytes too, so that the page knows that all were taken.
        port.post({ type: "credit", bytes: bytes.byteLength });
        notTaken -= bytes.byteLength;
        if (notTaken > 0) return;
        own.close();
        finish();
      },
      cancel() {
        port.post({ type: "cancel" });
        finish();
      },
    },
    { highWaterMark: 0 },
  );
}
