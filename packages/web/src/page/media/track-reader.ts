import { formatFileUrl, SESSION_FILE_ID } from "../../shared/file-url.ts";
import type { PageState, ShownFile } from "../state/page-state.ts";
import type { ReadTracksOptions } from "./read-tracks.ts";
import type { JudgedTrack } from "./track.ts";

/** Containers whose headers can be read. */
const READABLE: ReadonlySet<string> = new Set([
  "video/mp4",
  "audio/mp4",
  "video/quicktime",
  "video/3gpp",
  "video/x-matroska",
  "audio/x-matroska",
  "video/webm",
  "audio/webm",
]);
/** Longest that reading may take, milliseconds: what it tells is of use before somebody plays the film, or soon after. */
const READ_LIMIT_MS = 20_000;

export interface TrackReaderOptions {
  /** Loads the script that reads, when it is first needed. */
  readonly load: () => Promise<(options: ReadTracksOptions) => Promise<JudgedTrack[]>>;
  readonly canPlayType: (contentType: string) => string;
  readonly onTracks: (version: string, tracks: readonly JudgedTrack[]) => void;
}

/**
 * Reads the headers of each version of a film once, as soon as it can be fetched.
 * @returns to be called whenever the page's state changed
 */
export function createTrackReader({ load, canPlayType, onTracks }: TrackReaderOptions): (state: PageState) => void {
  let version: string | undefined;
  let reading: AbortController | undefined;
  const read = async (file: ShownFile, url: string, { signal }: AbortController): Promise<void> => {
    const readTracks = await load();
    const tracks = await readTracks({ url, size: file.size, canPlayType, signal });
    if (!signal.aborted) onTracks(file.version, tracks);
  };
  return ({ file, worker, connection }) => {
    if (file?.version !== version) {
      reading?.abort();
      reading = undefined;
      version = undefined;
    }
    if (!file || version !== undefined || worker.phase !== "ready" || connection.phase !== "connected") return;
    if (!READABLE.has(file.contentType) || file.playable === "no" || file.provisional || file.size === 0) return;
    version = file.version;
    const own = (reading = new AbortController());
    const timer = setTimeout(() => own.abort(), READ_LIMIT_MS);
    const url = formatFileUrl({ clientId: worker.clientId, fileId: SESSION_FILE_ID, version: file.version }, file.name, {
      base: worker.base ?? "/",
    });
    // Whatever goes wrong here, the film plays as it would have: the page then knows less to say about it.
    read(file, url, own)
      .catch(() => undefined)
      .finally(() => clearTimeout(timer));
  };
}
