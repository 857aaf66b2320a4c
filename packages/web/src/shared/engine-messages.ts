/*
 * All that the page and its engine say to each other, as one typed map a direction; the same whether the engine runs in a worker of its own
 * or on the page. Both come of one build, so there is no version of it.
 *
 *   engine ── ready ─────────▶ page      in a worker: it runs
 *   page ── start ───────────▶ engine    what to connect to
 *   engine ── event, file ───▶ page      how it goes, and what the file is
 *   engine ── peer + port ───▶ page      in a worker: a peer connection is wanted, spoken to on that port (peer-messages.ts)
 *   page ── open + port ─────▶ engine    the service worker's request; from here on its bytes pass the page by
 *   engine ── keep-alive ────▶ page      to be said to the service worker while a response is open
 *   page ── retry, leave ────▶ engine
 *   engine ── fault ─────────▶ page      an error of our own, to be reported as what it is
 */
import type { PeerConnectionConfig } from "@rangecast/rtc";
import type { ConnectionEvent } from "./connection-event.ts";
import type { DownloadEvent } from "./download-event.ts";
import type { PlainError } from "./plain-error.ts";
import type { FileFacts } from "./plan-response.ts";
import type { Target } from "./target.ts";
import type { PortLike, TypedPort } from "./typed-port.ts";
import type { OpenMessage } from "./worker-messages.ts";

export interface PageToEngine {
  /** Once. */
  start: { readonly target: Target };
  open: { readonly request: OpenMessage; readonly port: PortLike };
  /** Try now instead of later. */
  retry: object;
  /** The page goes: end the session, for good. */
  leave: object;
}

export interface EngineToPage {
  /** In a worker, once; `lifeLock` is the Web Lock that the engine holds for as long as it lives. */
  ready: { readonly lifeLock: string };
  event: { readonly event: EngineEvent };
  /** Comes before the `connected` of the connection that brings it. */
  file: { readonly version: string; readonly facts: FileFacts };
  peer: { readonly config: PeerConnectionConfig; readonly port: PortLike };
  "keep-alive": object;
  fault: { readonly error: PlainError };
}

/** What changes the page's state. */
export type EngineEvent =
  | ConnectionEvent
  | DownloadEvent
  /** The last read failed at the sender's disk. */
  | { readonly type: "unreadable" };

/** The engine's end. */
export type EnginePort = TypedPort<EngineToPage, PageToEngine>;
/** The page's end. */
export type PagePort = TypedPort<PageToEngine, EngineToPage>;
