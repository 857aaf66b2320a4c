/*
 * All responses that the page serves: answers the service worker's requests, keeps the worker alive while a response is open, and reports downloads.
 */
import { isOpenEnded } from "@rangecast/http";
import { PING_INTERVAL_MS } from "../../shared/limits.ts";
import { RESPONSES_LOCK } from "../../shared/locks.ts";
import type { OpenMessage, RefusedReason } from "../../shared/messages/worker-messages.ts";
import { readRange } from "./read-range.ts";
import { type ResponseEnd, serveResponse, type ServedResponse, type SourcePort } from "./serve-response.ts";
import type { ServedResource } from "./served-tree.ts";

/** A download's progress. `total` and `taken` are bytes; `taken` is what the browser's download has received. No total: it isn't known. */
export type DownloadReport =
  | { readonly kind: "started"; readonly total: number | undefined }
  | { readonly kind: "taken"; readonly taken: number }
  | { readonly kind: "ended"; readonly end: ResponseEnd };

export interface ResponsesOptions {
  /** The resource that a request names, or why it can't be served. */
  readonly find: (request: OpenMessage, signal: AbortSignal) => ServedResource | RefusedReason | Promise<ServedResource | RefusedReason>;
  readonly locks: LockManager;
  /** Keeps the service worker from being ended as idle. */
  readonly keepAlive: () => void;
  readonly onDownload: (id: number, report: DownloadReport) => void;
  /** A response failed because its bytes didn't come. Not called for a reader that left. */
  readonly onFailure: (error: unknown) => void;
}

export interface Responses {
  readonly answer: (message: OpenMessage, port: SourcePort) => void;
}

export function createResponses(options: ResponsesOptions): Responses {
  const open = new Set<ServedResponse>();
  let timer: ReturnType<typeof setInterval> | undefined;
  let releaseLock: (() => void) | undefined;
  let downloads = 0;

  const beat = (): void => {
    options.keepAlive();
    for (const response of open) response.ping();
  };
  const begin = (response: ServedResponse): void => {
    open.add(response);
    if (open.size > 1) return;
    timer = setInterval(beat, PING_INTERVAL_MS);
    releaseLock = holdLock(options.locks, RESPONSES_LOCK);
  };
  const finish = (response: ServedResponse): void => {
    open.delete(response);
    if (open.size > 0) return;
    clearInterval(timer);
    releaseLock?.();
  };

  const serve = (message: OpenMessage, port: SourcePort, found: ServedResource | RefusedReason): void => {
    if (typeof found === "string") {
      port.post({ type: "refused", reason: found });
      return port.close();
    }
    const report = message.download ? reporter(options, ++downloads) : undefined;
    const response = serveResponse({
      port,
      facts: found.facts,
      read: (range, signal) => readRange(found, { range, remember: !message.download && !message.background, signal }),
      onStart: (range) => report?.({ kind: "started", total: isOpenEnded(range) ? undefined : range.end - range.start }),
      onTaken: (bytes) => report?.({ kind: "taken", taken: bytes }),
    });
    begin(response);
    void response.ended.then((end) => {
      finish(response);
      found.release();
      report?.({ kind: "ended", end });
      if (end.kind === "failed") options.onFailure(end.error);
    });
  };
  return {
    answer: (message, port) => {
      const cancelled = new AbortController();
      const found = options.find(message, cancelled.signal);
      if (!(found instanceof Promise)) return serve(message, port, found);
      // While the host opens the resource, the worker can only cancel.
      port.listen(() => cancelled.abort(new Error("the request was cancelled")));
      found.then(
        (resource) => serve(message, port, resource),
        (error: unknown) => {
          serve(message, port, "gone");
          options.onFailure(error);
        },
      );
    },
  };
}

/** Adds up what was taken. A download that never started (HEAD, 416) is not reported. */
function reporter({ onDownload }: ResponsesOptions, id: number): (report: DownloadReport) => void {
  let started = false;
  let taken = 0;
  return (report) => {
    if (report.kind === "started") started = true;
    if (!started) return;
    if (report.kind !== "taken") return onDownload(id, report);
    taken += report.taken;
    onDownload(id, { kind: "taken", taken });
  };
}

/** Holds a shared lock. @returns what releases it */
function holdLock(locks: LockManager, name: string): () => void {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  void locks.request(name, { mode: "shared" }, () => held);
  return release;
}
