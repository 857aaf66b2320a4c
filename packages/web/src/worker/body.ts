/*
 * The body of a response: what the page sends on the response's port, as a stream. The page may be `CREDIT_BYTES` ahead of the reader
 * and no further; credit goes back as the reader takes, not as bytes come in.
 */
import { type ByteRange, isOpenEnded } from "../shared/byte-range.ts";
import { CREDIT_BYTES } from "../shared/limits.ts";
import type { TypedPort } from "../shared/typed-port.ts";
import type { BodyToSource, SourceToBody } from "../shared/worker-messages.ts";

export type BodyPort = TypedPort<BodyToSource, SourceToBody>;

export interface BodyOptions {
  readonly port: BodyPort;
  /** Not empty. */
  readonly range: ByteRange;
  /** Aborts once nothing more can come, because the page is gone. */
  readonly pageGone: AbortSignal;
  /** Called once, however it ends. */
  readonly onEnd: () => void;
}

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Opens the body. It closes only when every promised byte was passed on. Anything less is an error of the stream: no browser compares
 * a worker's body with its Content-Length, and a download that is merely closed early is shown as finished. Where the range is open-ended, the page must
 * say that the last byte came.
 */
export function createBody(options: BodyOptions): ReadableStream<Bytes> {
  const { port, range, pageGone, onEnd } = options;
  /** Came, and is not yet taken. */
  const waiting: Bytes[] = [];
  let notCome = range.end - range.start;
  let notTaken = notCome;
  /** The page said that nothing more comes of an open-ended range. */
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
    notCome -= bytes.byteLength;
    // More than was asked for means that something is shifted: better no file than a wrong one.
    if (notCome < 0) return fail("the page sent more than the range holds");
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
          if (!atEnd || !controller) return; // Finished meanwhile.
          own.close();
          return finish();
        }
        own.enqueue(bytes);
        // Also for the last bytes: so the page knows that all of it was taken.
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
