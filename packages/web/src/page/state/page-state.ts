/* All that the page shows follows from this one value. Events in, next state out; the view is a function of it. */
import type { MediaKind } from "../../shared/content-type.ts";
import type { DownloadEvent } from "../../shared/download-event.ts";
import type { Decoding, JudgedTrack } from "../media/track.ts";
import type { RelayVerdict } from "../relay/probe-relay.ts";
import { type Connection, type ConnectionEvent, nextConnection, STARTING } from "./connection.ts";
import { type Download, nextDownloads } from "./downloads.ts";

export interface ShownFile {
  /** To be shown; text. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** The size is an estimate, and 0 where there is none. */
  readonly provisional?: true;
  readonly contentType: string;
  readonly kind: MediaKind;
  /** The browser's own word on whether it can show or play the type. */
  readonly playable: "likely" | "no";
  /** Tells versions apart, and stands in the file's address. */
  readonly version: string;
}

export type WorkerState =
  | { readonly phase: "starting" }
  /** An older one is busy in another tab. */
  | { readonly phase: "busy" }
  /** `base`: path of the folder that it controls; `/` where it isn't given. */
  | { readonly phase: "ready"; readonly clientId: string; readonly base?: string }
  | { readonly phase: "blocked" }
  /** The browser has it, and it doesn't answer in time. */
  | { readonly phase: "silent" }
  /** One of another version took over. */
  | { readonly phase: "outdated" };

/** Why nothing plays: the browser can't (format), or the bytes didn't come (network). */
export type MediaFailure = "format" | "network";

export type Media = { readonly phase: "closed" | "open" } | { readonly phase: "failed"; readonly reason: MediaFailure };

export interface PageState {
  readonly connection: Connection;
  readonly worker: WorkerState;
  /** What became of the relay's events when they were last looked at: only where connecting took long, or failed. */
  readonly relayVerdict?: RelayVerdict;
  /** What the sender announced; stays when the connection is lost. */
  readonly file?: ShownFile;
  /** It is not the file that this page showed before. */
  readonly fileChanged: boolean;
  /** The link's `#` came as `%23`, so its key went to the server of the page. */
  readonly secretSent: boolean;
  /** The last read failed at the sender's disk. */
  readonly unreadable: boolean;
  readonly media: Media;
  /** What the file's headers say that it holds; not known of every file. */
  readonly tracks?: readonly JudgedTrack[];
  /** What was decoded of what plays, once enough has played. */
  readonly decoding?: Decoding;
  readonly downloads: readonly Download[];
}

export type PageEvent =
  | ConnectionEvent
  | DownloadEvent
  | { readonly type: "file"; readonly file: ShownFile }
  | { readonly type: "worker"; readonly worker: WorkerState }
  | { readonly type: "unreadable" }
  | { readonly type: "secret-sent" }
  | { readonly type: "relay-probed"; readonly verdict: RelayVerdict }
  /** Somebody pressed Play, or Show. */
  | { readonly type: "media-open" }
  | { readonly type: "media-failed"; readonly reason: MediaFailure }
  | { readonly type: "tracks"; readonly version: string; readonly tracks: readonly JudgedTrack[] }
  | { readonly type: "decoding"; readonly decoding: Decoding };

export const INITIAL_STATE: PageState = {
  connection: STARTING,
  worker: { phase: "starting" },
  fileChanged: false,
  secretSent: false,
  unreadable: false,
  media: { phase: "closed" },
  downloads: [],
};

/** Pictures and documents up to this size are shown unasked, bytes: they are what the link was opened for. A film waits for a click. */
const SHOWN_UNASKED_BYTES = 32_000_000;

export function nextState(state: PageState, event: PageEvent): PageState {
  switch (event.type) {
    case "file":
      return withFile(state, event.file);
    case "worker":
      return { ...state, worker: event.worker };
    case "relay-probed":
      return { ...state, relayVerdict: event.verdict };
    case "unreadable":
      return { ...state, unreadable: true };
    case "secret-sent":
      return { ...state, secretSent: true };
    case "media-open":
      return state.file ? { ...withoutDecoding(state), unreadable: false, media: { phase: "open" } } : state;
    case "media-failed":
      return state.media.phase === "open" ? { ...state, media: { phase: "failed", reason: event.reason } } : state;
    case "tracks":
      return state.file?.version === event.version ? { ...state, tracks: event.tracks } : state;
    case "decoding":
      return state.media.phase === "open" ? { ...state, decoding: event.decoding } : state;
    case "download-started":
      return { ...state, unreadable: false, downloads: nextDownloads(state.downloads, event) };
    case "download-progress":
    case "download-ended":
      return { ...state, downloads: nextDownloads(state.downloads, event) };
    default:
      return { ...state, connection: nextConnection(state.connection, event) };
  }
}

function withFile(state: PageState, file: ShownFile): PageState {
  if (state.file?.version === file.version) return state;
  const small = !file.provisional && file.size > 0 && file.size <= SHOWN_UNASKED_BYTES;
  const shownUnasked = (file.kind === "image" || file.kind === "pdf") && file.playable === "likely" && small;
  const { tracks: _tracks, ...kept } = withoutDecoding(state);
  return {
    ...kept,
    file,
    fileChanged: state.file !== undefined,
    unreadable: false,
    media: { phase: shownUnasked ? "open" : "closed" },
  };
}

/** What was decoded belongs to one playing of the file. */
function withoutDecoding({ decoding: _decoding, ...kept }: PageState): PageState {
  return kept;
}
