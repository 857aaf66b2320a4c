import { withDeadline } from "@rangecast/base";
import { fileUrl, versionId, type PageState, type ShownFile } from "../state/page-state.ts";
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
  "video/mp2t",
]);
/** Longest time for reading, milliseconds. The result is useful before the film plays, or soon after. */
const READ_LIMIT_MS = 20_000;

const tooLate = (): Error => new Error("reading the film's headers took too long");

export interface TrackReaderOptions {
  /** Loads the script that reads headers, when it is first needed. */
  readonly load: () => Promise<(options: ReadTracksOptions) => Promise<JudgedTrack[]>>;
  readonly canPlayType: (contentType: string) => string;
  readonly onTracks: (version: string, tracks: readonly JudgedTrack[]) => void;
}

/**
 * Reads the headers of each version of a film once, as soon as the file can be fetched.
 * @returns a function to call whenever the page's state has changed
 */
export function createTrackReader({ load, canPlayType, onTracks }: TrackReaderOptions): (state: PageState) => void {
  let version: string | undefined;
  let reading: AbortController | undefined;
  const read = async (file: ShownFile, url: string, signal: AbortSignal): Promise<void> => {
    const readTracks = await load();
    const tracks = await readTracks({ url, size: file.size, canPlayType, signal });
    if (!signal.aborted) onTracks(versionId(file), tracks);
  };
  return ({ file, worker, connection, counted, media }) => {
    const current = file && versionId(file);
    if (current !== version) {
      reading?.abort();
      reading = undefined;
      version = undefined;
    }
    if (!file || version !== undefined || worker.phase !== "ready" || connection.phase !== "connected") return;
    if (!READABLE.has(file.contentType) || (file.playable === "no" && !file.remuxable) || file.provisional || file.size === 0) return;
    if (counted && media.phase === "closed") return;
    version = current;
    reading = new AbortController();
    const url = fileUrl(worker, file);
    // After a failure the film plays as usual. Only the notice about codecs is missing.
    withDeadline(READ_LIMIT_MS, reading.signal, tooLate, (signal) => read(file, url, signal)).catch(() => undefined);
  };
}
