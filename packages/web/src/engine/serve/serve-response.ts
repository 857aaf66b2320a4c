/*
 * The page's end of one response: sends the file's facts, then its bytes, never more than the worker's credit allows.
 */
import { type ByteRange, type FileFacts, isOpenEnded } from "@rangecast/http";
import { MAX_UNANSWERED_PINGS } from "../../shared/limits.ts";
import type { TypedPort } from "../../shared/ports/typed-port.ts";
import type { BodyToSource, Message, SourceToBody } from "../../shared/messages/worker-messages.ts";
import { createCredit } from "./credit.ts";
import { gather } from "./gather.ts";

export type SourcePort = TypedPort<SourceToBody, BodyToSource>;

/** How a response ended: all was taken; the reader left, or wanted no body; the worker died; the bytes didn't come. */
export type ResponseEnd = { readonly kind: "done" | "cancelled" | "dead" } | { readonly kind: "failed"; readonly error: unknown };

export interface ServeOptions {
  readonly port: SourcePort;
  readonly facts: FileFacts;
  readonly read: (range: ByteRange, signal: AbortSignal) => AsyncIterator<Uint8Array, void>;
  /** Called when the worker has asked for a range. */
  readonly onStart?: (range: ByteRange) => void;
  /** Called with the number of bytes that the response's reader has taken since the last call. */
  readonly onTaken?: (bytes: number) => void;
}

export interface ServedResponse {
  readonly ended: Promise<ResponseEnd>;
  /** To be called each PING_INTERVAL_MS. Ends the response if its worker no longer answers. */
  ping(): void;
}

export function serveResponse(options: ServeOptions): ServedResponse {
  const { port } = options;
  const stop = new AbortController();
  const credit = createCredit(stop.signal);
  let unanswered = 0;
  let resolveEnded: (how: ResponseEnd) => void;
  const ended = new Promise<ResponseEnd>((resolve) => (resolveEnded = resolve));

  const finish = (how: ResponseEnd): void => {
    if (stop.signal.aborted) return;
    if (how.kind === "failed") port.post({ type: "failed" });
    stop.abort();
    port.close();
    resolveEnded(how);
  };
  const start = (message: Message<BodyToSource> & { type: "start" }): void => {
    credit.add(message.credit);
    options.onStart?.(message.range);
    const send = async (): Promise<void> => {
      for await (const bytes of gather(options.read(message.range, stop.signal))) {
        await credit.until(1);
        credit.spend(bytes.byteLength);
        port.post({ type: "chunk", bytes }, [bytes.buffer]);
      }
      if (isOpenEnded(message.range)) port.post({ type: "end" });
      await credit.until(message.credit);
    };
    send().then(
      () => finish({ kind: "done" }),
      (error: unknown) => finish({ kind: "failed", error }),
    );
  };

  port.listen((message) => {
    if (message.type === "start") start(message);
    else if (message.type === "cancel") finish({ kind: "cancelled" });
    else if (message.type === "pong") unanswered = 0;
    else {
      credit.add(message.bytes);
      options.onTaken?.(message.bytes);
    }
  });
  port.post({ type: "file", facts: options.facts });

  return {
    ended,
    ping: () => {
      if (unanswered >= MAX_UNANSWERED_PINGS) return finish({ kind: "dead" });
      unanswered += 1;
      port.post({ type: "ping" });
    },
  };
}
