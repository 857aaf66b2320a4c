/*
 * The messages between the page and the service worker, as one typed map per direction. A change needs a new MESSAGES_VERSION. The page passes the port of
 * each response on to its engine (engine-messages.ts), which sends the page's messages on it.
 *
 *   page ── who-are-you ──▶ worker       page ◀── you-are ── worker          at the start, and when the worker changes
 *   page ── keep-alive ───▶ worker                                           while a response is open
 *   page ── take-over ────▶ worker (waiting)                                 once no tab has a response open
 *
 *   worker ── open + port ─▶ page        each request for a resource; then, on that port:
 *   page ── file | refused ─▶ worker     the resource's facts
 *   worker ── start | cancel ─▶ page     the range, with the first credit; cancel for a response without a body
 *   page ── chunk … ────────▶ worker     as far as the credit allows
 *   worker ── credit … ─────▶ page       as the reader takes bytes
 *   page ── end ────────────▶ worker     of an open-ended range: that was the file's last byte
 *   page ── failed ─────────▶ worker     no more bytes: the response fails
 *   worker ── cancel ───────▶ page       the reader cancelled
 *   page ── ping ───────────▶ worker ── pong ──▶ page
 *
 * A response of known length has no "end": it ends when all bytes that its headers promised have arrived.
 */
import type { ByteRange, FileFacts } from "@rangecast/http";
import type { ResourceRequest } from "../resource-url.ts";

export interface PageToWorker {
  "who-are-you": object;
  "keep-alive": object;
  "take-over": object;
}

export interface WorkerToPage {
  "you-are": { readonly clientId: string; readonly messagesVersion: number };
  open: Omit<ResourceRequest, "clientId">;
}

/** From the page, on a response's port. */
export interface SourceToBody {
  file: { readonly facts: FileFacts };
  refused: { readonly reason: RefusedReason };
  chunk: { readonly bytes: Uint8Array<ArrayBuffer> };
  end: object;
  failed: object;
  ping: object;
}

/** From the worker, on a response's port. */
export interface BodyToSource {
  start: { readonly range: ByteRange; readonly credit: number };
  credit: { readonly bytes: number };
  cancel: object;
  pong: object;
}

/**
 * Why a page doesn't serve a resource:
 * - `gone`: it doesn't have that version (any more)
 * - `not-ready`: it has no file yet, or the host can't open the resource now
 * - `not-found`: the host has no resource with that path
 */
export type RefusedReason = "gone" | "not-ready" | "not-found";

/** The worker's request for a resource. Sent with the response's port. */
export type OpenMessage = Message<WorkerToPage> & { readonly type: "open" };

/** The messages of a map, as they are sent. */
export type Message<Map> = { [Type in keyof Map]: { readonly type: Type } & Map[Type] }[keyof Map];
