/* The page's state as one value: an event in, the next state out. What the page shows is a function of it (view/view-model.ts). */
import type { MediaKind } from "@rangecast/http";
import type { DownloadEvent } from "../../shared/messages/download-event.ts";
import { formatPathUrl, formatResourceUrl, SESSION_FILE_ID } from "../../shared/resource-url.ts";
import type { Decoding, JudgedTrack } from "../media/track.ts";
import type { HostOffer } from "../media/ways/choose-way.ts";
import type { Sound, WayFailure, WayKind } from "../media/ways/way.ts";
import type { RelayVerdict } from "../relay/probe-relay.ts";
import { type Connection, type ConnectionEvent, nextConnection, STARTING } from "./connection.ts";
import { type Download, nextDownloads } from "./downloads.ts";
import { betterWay, firstWay, withFailedWay } from "./way-state.ts";

export interface ShownFile {
  /** Ready to be displayed, as text. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** The size is an estimate, or 0 if there is none. */
  readonly provisional?: true;
  readonly contentType: string;
  readonly kind: MediaKind;
  /** Whether the browser reports that it can show or play the type. */
  readonly playable: "likely" | "no";
  /** The browser plays the container, but shows wrong frames after a seek. */
  readonly imprecise?: true;
  /** It is a film that can be repackaged in this browser (media/remux). */
  readonly remuxable?: true;
  /** Tells versions of the session's file apart. Part of the file's URL. */
  readonly version: string;
  /** Set for a file of a shared folder. */
  readonly place?: Place;
}

/** A file of a shared folder. */
export interface Place {
  /** Percent-encoded. */
  readonly path: string;
  /** Tells versions of this file apart. Undefined: the host doesn't. */
  readonly etag: string | undefined;
  /** It is shown as a text. */
  readonly text: boolean;
  /** It is a picture, which the folder's own view shows instead of the stage. */
  readonly picture?: true;
}

/** What the page shows of a folder, besides the list of its entries (folder/). */
export interface ShownFolder {
  /** Ready to be displayed, as text. */
  readonly name: string;
  readonly facts: string;
  /** Version of the session's file, as in the URLs of its tree. */
  readonly version: string;
  /** What the download button saves. Undefined: the host makes no zips, or too much is selected for one. */
  readonly download?: FolderDownload;
}

/** A zip of a folder, or what is selected in it. */
export interface FolderDownload {
  /** Of the resource, percent-encoded. */
  readonly path: string;
  /** Such as `Download 3 as zip`. */
  readonly label: string;
}

export interface ReadyWorker {
  readonly phase: "ready";
  /** The worker's id for this page. */
  readonly clientId: string;
  /** The share, as in the URLs of its resources. */
  readonly share: string;
  /** Path of the folder that the worker controls, with a slash at the end. */
  readonly base: string;
}

export type WorkerState =
  | { readonly phase: "starting" }
  /** An older worker has responses open in another tab. */
  | { readonly phase: "busy" }
  | ReadyWorker
  /** The browser refuses service workers here. */
  | { readonly phase: "blocked" }
  /** It is installed, but doesn't respond in time. */
  | { readonly phase: "silent" }
  /** A worker of another version took over. */
  | { readonly phase: "outdated" };

/** Why nothing plays: the browser can't decode it (format), or the bytes didn't arrive (network). */
export type MediaFailure = WayFailure;

export type Media = { readonly phase: "closed" | "open" } | { readonly phase: "failed"; readonly reason: MediaFailure };

/** How the file is played. It changes only if a way fails, or if another one plays more of the film. */
export interface Playing {
  readonly way: WayKind;
  /** They are not tried again. */
  readonly failed: readonly WayKind[];
  /** The sound that the viewer chose, by its number among the film's sound tracks. Undefined: the first that can be played. */
  readonly sound?: number;
  /** What the way reports once it plays. */
  readonly sounds?: readonly Sound[];
}

export const NOT_PLAYING: Playing = { way: "as-is", failed: [] };

export interface PageState {
  readonly connection: Connection;
  readonly worker: WorkerState;
  /** The last probe of the relay. Only if connecting took long, or failed. */
  readonly relayVerdict?: RelayVerdict;
  /** What the host announced. Stays when the connection is lost. */
  readonly file?: ShownFile;
  /** The share is a folder, and this is the one that the viewer is in. */
  readonly folder?: ShownFolder;
  /** It is another version than the one that this page showed before. */
  readonly fileChanged: boolean;
  /** The link's `#` was written as `%23`, so its key was sent to the page's server. */
  readonly secretSent: boolean;
  /** The host failed to read the file from its disk the last time it was asked. */
  readonly unreadable: boolean;
  /** The host counts downloads: nothing of a file is read before the viewer asks for it. */
  readonly counted: boolean;
  readonly media: Media;
  readonly playing: Playing;
  /** What the host converts. Undefined until it has told. */
  readonly host?: HostOffer;
  /** The tracks in the file's headers, if they could be read. */
  readonly tracks?: readonly JudgedTrack[];
  /** What the media element has decoded, once enough has played. */
  readonly decoding?: Decoding;
  readonly downloads: readonly Download[];
}

export type PageEvent =
  | ConnectionEvent
  | DownloadEvent
  | { readonly type: "file"; readonly file: ShownFile }
  /** Shows a folder, and no file. */
  | { readonly type: "folder"; readonly folder: ShownFolder }
  | { readonly type: "worker"; readonly worker: WorkerState }
  | { readonly type: "unreadable" }
  | { readonly type: "counted" }
  | { readonly type: "secret-sent" }
  | { readonly type: "relay-probed"; readonly verdict: RelayVerdict }
  /** The viewer pressed Play or Show. */
  | { readonly type: "media-open" }
  | { readonly type: "media-started"; readonly way: WayKind; readonly sounds: readonly Sound[] }
  | { readonly type: "media-failed"; readonly way: WayKind; readonly reason: MediaFailure }
  /** The viewer chose a sound track. */
  | { readonly type: "sound"; readonly sound: number }
  | { readonly type: "host-offer"; readonly version: string; readonly offer: HostOffer }
  | { readonly type: "tracks"; readonly version: string; readonly tracks: readonly JudgedTrack[] }
  | { readonly type: "decoding"; readonly decoding: Decoding };

export const INITIAL_STATE: PageState = {
  connection: STARTING,
  worker: { phase: "starting" },
  fileChanged: false,
  secretSent: false,
  unreadable: false,
  counted: false,
  media: { phase: "closed" },
  playing: NOT_PLAYING,
  downloads: [],
};

/** Pictures and documents up to this size, in bytes, are shown at once: the link was opened for them. A film waits for a click. */
const SHOWN_UNASKED_BYTES = 32_000_000;

/** The URL under which the worker serves the file to this browser. */
export function fileUrl(worker: ReadyWorker, { name, version, place }: ShownFile, options: { readonly download?: true } = {}): string {
  const { clientId, share, base } = worker;
  const root = { clientId, share, resource: SESSION_FILE_ID, version };
  return place === undefined
    ? formatResourceUrl(root, name, { base, ...options })
    : formatPathUrl(root, place.path, { base, etag: place.etag, ...options });
}

/** The URL that saves what the page shows: the file, or the folder as a zip. Undefined if there is nothing to save, or not yet. */
export function downloadUrl({ worker, file, folder }: PageState): string | undefined {
  if (worker.phase !== "ready") return undefined;
  if (file) return fileUrl(worker, file, { download: true });
  if (folder?.download === undefined) return undefined;
  const { clientId, share, base } = worker;
  return formatPathUrl({ clientId, share, resource: SESSION_FILE_ID, version: folder.version }, folder.download.path, {
    base,
    download: true,
  });
}

/** The URL of what the host makes of the file, such as its `media` (PROTOCOL.md, X-14). */
export function madeUrl({ clientId, share, base }: ReadyWorker, { version, place }: ShownFile, kind: string): string {
  return formatPathUrl({ clientId, share, resource: SESSION_FILE_ID, version }, `${place?.path ?? ""}//${kind}`, { base });
}

/** Tells versions of files apart, whatever file of the share they are of. */
export function versionId({ version, place }: ShownFile): string {
  return place === undefined ? version : JSON.stringify([version, place.path, place.etag]);
}

/** A provisional size of 0 only means that the host doesn't know it. */
export function isEmpty({ size, provisional }: ShownFile): boolean {
  return size === 0 && !provisional;
}

export function nextState(state: PageState, event: PageEvent): PageState {
  switch (event.type) {
    case "file":
      return withFile(state, event.file);
    case "folder":
      return withFolder(state, event.folder);
    case "worker":
      return { ...state, worker: event.worker };
    case "relay-probed":
      return { ...state, relayVerdict: event.verdict };
    case "unreadable":
      return { ...state, unreadable: true };
    case "counted":
      return { ...state, counted: true };
    case "secret-sent":
      return { ...state, secretSent: true };
    case "media-open":
      return state.file ? firstWay({ ...withoutDecoding(state), unreadable: false, media: { phase: "open" } }) : state;
    case "media-started":
      return isPlayedAs(state, event.way) ? { ...state, playing: { ...state.playing, sounds: event.sounds } } : state;
    case "media-failed":
      return isPlayedAs(state, event.way) ? withFailedWay(withoutDecoding(state), event.reason) : state;
    case "sound":
      return withSound(state, event.sound);
    case "host-offer":
      return isVersion(state, event.version) ? betterWay({ ...state, host: event.offer }) : state;
    case "tracks":
      return isVersion(state, event.version) ? betterWay({ ...state, tracks: event.tracks }) : state;
    case "decoding":
      return state.media.phase === "open" ? betterWay({ ...state, decoding: event.decoding }) : state;
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
  const before = state.file;
  if (before && versionId(before) === versionId(file)) return state;
  const small = !file.provisional && file.size > 0 && file.size <= SHOWN_UNASKED_BYTES;
  // In a folder, the viewer chose it.
  const mayRead = !state.counted || file.place !== undefined;
  const shownUnasked = (file.kind === "image" || file.kind === "pdf") && file.playable === "likely" && small && mayRead;
  return {
    ...withoutFilm(state),
    file,
    fileChanged: before !== undefined && before.place?.path === file.place?.path,
    unreadable: false,
    media: { phase: shownUnasked ? "open" : "closed" },
  };
}

function withFolder(state: PageState, folder: ShownFolder): PageState {
  const { file: _file, ...kept } = withoutFilm(state);
  return { ...kept, folder, fileChanged: false, unreadable: false, media: { phase: "closed" } };
}

function isVersion({ file }: PageState, version: string): boolean {
  return file !== undefined && versionId(file) === version;
}

function isPlayedAs({ media, playing }: PageState, way: WayKind): boolean {
  return media.phase === "open" && playing.way === way;
}

/** A media element that reads the file itself plays the sound that it likes. */
function withSound(state: PageState, sound: number): PageState {
  const { media, playing, file } = state;
  if (media.phase !== "open") return state;
  const way = playing.way === "as-is" && file?.remuxable && !playing.failed.includes("remux") ? "remux" : playing.way;
  return { ...state, playing: { ...playing, way, sound } };
}

/** What is known of one version of a film. */
function withoutFilm(state: PageState): PageState {
  const { tracks: _tracks, host: _host, ...kept } = withoutDecoding(state);
  return { ...kept, playing: NOT_PLAYING };
}

/** What was decoded belongs to one run of the media element. */
function withoutDecoding({ decoding: _decoding, ...kept }: PageState): PageState {
  return kept;
}
