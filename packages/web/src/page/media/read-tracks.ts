/* Reads a film's own headers by range requests. A script of its own, loaded only for films: it is larger than the rest of the page. */
import { CustomSource, Input, Logging, LogLevel, MATROSKA, MP4, MPEG_TS, QTFF, WEBM } from "mediabunny";
import { type CanPlayType, judgeTrack } from "./judge-track.ts";
import type { JudgedTrack, Track } from "./track.ts";

export interface ReadTracksOptions {
  /** The file's URL in this browser. */
  readonly url: string;
  /** Bytes. */
  readonly size: number;
  readonly canPlayType: CanPlayType;
  readonly signal: AbortSignal;
  /** @default globalThis.fetch */
  readonly fetch?: typeof fetch;
}

/** Limits on bytes and requests. The index of a 24-hour MP4 is about 10 MB. Larger headers are not read, so nothing is reported before such a film plays. */
const MAX_READ_BYTES = 16_000_000;
const MAX_READS = 64;
/** Further tracks are ignored. A film with ten languages has about 12. */
const MAX_TRACKS = 32;
const PARTIAL_CONTENT = 206;
const UNDETERMINED = "und";

/**
 * The video and audio tracks of an MP4, QuickTime, Matroska, WebM or MPEG-TS file, and whether this browser reports that it decodes them.
 * @throws for any other file, a damaged one, or if reading fails
 */
export async function readTracks({ url, size, canPlayType, signal, fetch = globalThis.fetch }: ReadTracksOptions): Promise<JudgedTrack[]> {
  let reads = 0;
  let bytesLeft = MAX_READ_BYTES;
  const read = async (start: number, end: number): Promise<Uint8Array> => {
    reads += 1;
    bytesLeft -= end - start;
    if (reads > MAX_READS || bytesLeft < 0) throw new RangeError("the headers are too large to be read");
    const response = await fetch(url, { headers: { Range: `bytes=${start}-${end - 1}` }, signal });
    if (response.status !== PARTIAL_CONTENT) throw new Error(`expected a range, got HTTP ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  };
  // It logs unknown codecs to the console. The page reports those itself.
  Logging.level = LogLevel.Silent;
  const source = new CustomSource({
    getSize: () => size,
    read,
    maxCacheSize: MAX_READ_BYTES,
    // Combines small reads, each of which costs a round trip to the host.
    prefetchProfile: "fileSystem",
    handleUnhandledError: () => undefined,
  });
  const input = new Input({ source, formats: [MP4, QTFF, MATROSKA, WEBM, MPEG_TS] });
  try {
    const tracks = (await input.getTracks()).slice(0, MAX_TRACKS);
    const described = await Promise.all(tracks.map(describe));
    signal.throwIfAborted();
    return described
      .filter((track) => track !== undefined)
      .map((track) => ({ ...judgeTrack(track, canPlayType), name: track.name, language: track.language }));
  } finally {
    input.dispose();
  }
}

type InputTrack = Awaited<ReturnType<Input["getTracks"]>>[number];

async function describe(track: InputTrack): Promise<Track | undefined> {
  if (track.type !== "video" && track.type !== "audio") return undefined;
  const kind = track.type === "video" ? "picture" : "sound";
  const [codecString, id, name, language] = await Promise.all([
    track.getCodecParameterString(),
    track.getInternalCodecId(),
    track.getName(),
    track.getLanguageCode(),
  ]);
  return {
    kind,
    codecString: codecString ?? undefined,
    containerId: typeof id === "string" ? id : undefined,
    name: name ?? undefined,
    language: language === UNDETERMINED ? undefined : language,
  };
}
