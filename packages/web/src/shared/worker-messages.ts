/*
 * All that page and worker say to each other, as one typed map a direction. Changing it means a new MESSAGES_VERSION. The ports of responses
 * go on to the page's engine (engine-messages.ts): what is said on them, it says.
 *
 *   page ── who-are-you ──▶ worker       page ◀── you-are ── worker          at the start, and when the worker changes
 *   page ── keep-alive ───▶ worker                                           while a response is open
 *   page ── take-over ────▶ worker (waiting)                                 once no tab has a response open
 *
 *   worker ── open + port ─▶ page        each request for a file; then, on that port:
 *   page ── file | refused ─▶ worker     what the file is
 *   worker ── start | cancel ─▶ page     which bytes, with the first credit; cancel for an answer without a body
 *   page ── chunk … ────────▶ worker     as far as the credit goes
 *   worker ── credit … ─────▶ page       as the reader takes
 *   page ── end ────────────▶ worker     of an open-ended range: that was the file's last byte
 *   page ── failed ─────────▶ worker     the bytes won't come: the response errors
 *   worker ── cancel ───────▶ page       the reader left
 *   page ── ping ───────────▶ worker ── pong ──▶ page
 *
 * A response whose length is known has no "end": it ends when all bytes that its headers promised have come.
 */
import type { ByteRange } from "./byte-range.ts";
import type { FileFacts } from "./plan-response.ts";

export interface PageToWorker {
  "who-are-you": object;
  "keep-alive": object;
  "take-over": object;
}

export interface WorkerToPage {
  "you-are": { readonly clientId: string; readonly messagesVersion: number };
  open: { readonly fileId: string; readonly version: string; readonly download: boolean };
}

/** On a response's port, from the page. */
export interface SourceToBody {
  file: { readonly facts: FileFacts };
  refused: { readonly reason: RefusedReason };
  chunk: { readonly bytes: Uint8Array<ArrayBuffer> };
  end: object;
  failed: object;
  ping: object;
}

/** On a response's port, from the worker. */
export interface BodyToSource {
  start: { readonly range: ByteRange; readonly credit: number };
  credit: { readonly bytes: number };
  cancel: object;
  pong: object;
}

/** Why a page doesn't serve: the file isn't its own (any more), or it hasn't got one yet. */
export type RefusedReason = "gone" | "not-ready";

/** What the worker asks for when it wants a file's bytes; the response's port comes with it. */
export type OpenMessage = Message<WorkerToPage> & { readonly type: "open" };

/** The messages of a map, as they travel. */
export type Message<Map> = { [Type in keyof Map]: { readonly type: Type } & Map[Type] }[keyof Map];
