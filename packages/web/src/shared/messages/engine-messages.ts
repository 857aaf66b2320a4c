/*
 * The messages between the page and its engine, as one typed map per direction. They are the same whether the engine runs in a worker or on the page. Both
 * sides come from one build, so the messages have no version.
 *
 *   engine ── ready ─────────▶ page      in a worker: the engine has started
 *   page ── start ───────────▶ engine    what to connect to
 *   engine ── event, file ───▶ page      progress, and the file's facts
 *   engine ── peer + port ───▶ page      in a worker: create a peer connection, controlled over that port (peer-messages.ts)
 *   page ── open + port ─────▶ engine    a request of the service worker; its bytes then bypass the page
 *   engine ── keep-alive ────▶ page      to be forwarded to the service worker while a response is open
 *   page ── ask, withdraw ───▶ engine ── answer ──▶ page      about folders and their files (folder-messages.ts)
 *   page ── retry, leave ────▶ engine
 *   engine ── fault ─────────▶ page      an unexpected error, to be reported
 */
import type { PeerConnectionConfig } from "@rangecast/rtc";
import type { ConnectionEvent } from "./connection-event.ts";
import type { DownloadEvent } from "./download-event.ts";
import type { Answer, FolderShare, Question } from "./folder-messages.ts";
import type { PlainError } from "./plain-error.ts";
import type { FileFacts } from "@rangecast/http";
import type { Target } from "./target.ts";
import type { PortLike, TypedPort } from "../ports/typed-port.ts";
import type { OpenMessage } from "./worker-messages.ts";

export interface PageToEngine {
  /** Once. */
  start: { readonly target: Target };
  open: { readonly request: OpenMessage; readonly port: PortLike };
  /** The engine answers each question once. */
  ask: { readonly id: number; readonly question: Question };
  /** The page no longer waits for the answer. */
  withdraw: { readonly id: number };
  /** Try now instead of later. */
  retry: object;
  /** The page is being closed: end the session for good. */
  leave: object;
}

export interface EngineToPage {
  /** In a worker, once. The engine holds the Web Lock `lifeLock` for as long as it lives. */
  ready: { readonly lifeLock: string };
  event: { readonly event: EngineEvent };
  /** Sent before the `connected` event of its connection. */
  file: { readonly version: string; readonly facts: FileFacts; readonly folder?: FolderShare };
  answer: { readonly id: number; readonly answer: Answer };
  peer: { readonly config: PeerConnectionConfig; readonly port: PortLike };
  "keep-alive": object;
  fault: { readonly error: PlainError };
}

/** Events that change the page's state. */
export type EngineEvent =
  | ConnectionEvent
  | DownloadEvent
  /** The host counts downloads, so nothing is read before the viewer asks for it. Sent before the `file` message. */
  | { readonly type: "counted" }
  /** The host failed to read the file from its disk. */
  | { readonly type: "unreadable" };

/** The engine's end. */
export type EnginePort = TypedPort<EngineToPage, PageToEngine>;
/** The page's end. */
export type PagePort = TypedPort<PageToEngine, EngineToPage>;
