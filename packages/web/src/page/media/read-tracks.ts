/* The file's own headers, read by ranges. A script of its own, loaded only for a film: it is larger than the rest of the page. */
import { CustomSource, Input, Logging, LogLevel, MATROSKA, MP4, QTFF, WEBM } from "mediabunny";
import { type CanPlayType, judgeTrack } from "./judge-track.ts";
import type { JudgedTrack, Track } from "./track.ts";

export interface ReadTracksOptions {
  /** The file's address in this browser. */
  readonly url: string;
  /** Bytes. */
  readonly size: number;
  readonly canPlayType: CanPlayType;
  readonly signal: AbortSignal;
  /** @default globalThis.fetch */
  readonly fetch?: typeof fetch;
}

/**
 * The most that is read, bytes, and in how many requests: the index of a day's film in an MP4 is about 10 MB. Whatever needs more is not told of before it plays.
 */
const MAX_READ_BYTES = 16_000_000;
const MAX_READS = 64;
/** More tracks than this are not looked at; a film with ten languages has about 12. */
const MAX_TRACKS = 32;
const PARTIAL_CONTENT = 206;

/**
 * The video and audio tracks, and whether this browser says that it decodes them, of an MP4, QuickTime, Matroska or WebM file.
 * @throws for any other file, one that is damaged, and when the bytes can't be had
 */
export async function readTracks({ url, size, canPlayType, signal, fetch = globalThis.fetch }: ReadTracksOptions): Promise<JudgedTrack[]> {
  let reads = 0;
  let bytesLeft = MAX_READ_BYTES;
  const read = async (start: number, end: number): Promise<Uint8Array> => {
    reads += 1;
    bytesLeft -= end - start;
    if (reads > MAX_READS || bytesLeft < 0) throw new RangeError("the headers are larger than what is read of them");
    const response = await fetch(url, { headers: { Range: `bytes=${start}-${end - 1}` }, signal });
    if (response.status !== PARTIAL_CONTENT) throw new Error(`HTTP ${response.status} in place of a range`);
    return new Uint8Array(await response.arrayBuffer());
  };
  // It writes about codecs that it doesn't know to the console; the page tells of those by itself.
  Logging.level = LogLevel.Silent;
  const source = new CustomSource({
    getSize: () => size,
    read,
    maxCacheSize: MAX_READ_BYTES,
    // Small reads become one: each is a round trip to the host.
    prefetchProfile: "fileSystem",
    handleUnhandledError: () => undefined,
  });
  const input = new Input({ source, formats: [MP4, QTFF, MATROSKA, WEBM] });
  try {
    const tracks = (await input.getTracks()).slice(0, MAX_TRACKS);
    const described = await Promise.all(tracks.map(describe));
    signal.throwIfAborted();
    return described.filter((track) => track !== undefined).map((track) => judgeTrack(track, canPlayType));
  } finally {
    input.dispose();
  }
}

type InputTrack = Awaited<ReturnType<Input["getTracks"]>>[number];

async function describe(track: InputTrack): Promise<Track | undefined> {
  if (track.type !== "video" && track.type !== "audio") return undefined;
  const kind = track.type === "video" ? "picture" : "sound";
  const [codecString, id] = await Promise.all([track.getCodecParameterString(), track.getInternalCodecId()]);
  return { kind, codecString: codecString ?? undefined, containerId: typeof id === "string" ? id : undefined };
}
