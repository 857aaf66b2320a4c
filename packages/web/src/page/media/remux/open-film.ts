/* Opens a film in a container that mediabunny reads: its length, and the tracks that MediaSource takes. */
import { CustomSource, EncodedPacketSink, Input, type InputAudioTrack, type InputVideoTrack, Logging, LogLevel } from "mediabunny";
import { MATROSKA, MP4, MPEG_TS, QTFF, WEBM } from "mediabunny";
import type { TrackConfig } from "./mp4/init-segment.ts";
import { type Framing, framingOf } from "./mp4/packet-data.ts";
import { CLOCK_PERIOD_S, lastPictureTime } from "./mpeg-ts/last-picture.ts";
import type { Sound } from "../ways/way.ts";
import type { ReadAhead } from "./read-ahead.ts";

/** A track that can be repackaged and decoded. */
export interface FilmTrack {
  readonly config: TrackConfig;
  readonly framing: Framing;
  /** For `addSourceBuffer`. */
  readonly contentType: string;
  readonly packets: EncodedPacketSink;
}

export interface FilmSound extends FilmTrack, Sound {}

export interface Film {
  readonly picture: FilmTrack;
  /** None: the film has no sound, or none that can be decoded. */
  readonly sounds: readonly FilmSound[];
  /** Seconds. */
  readonly duration: number;
  /** Time in the container at which the film begins, seconds. */
  readonly origin: number;
  close(): void;
}

export interface OpenFilmOptions {
  /** Bytes. */
  readonly size: number;
  readonly source: ReadAhead;
  readonly isTypeSupported: (contentType: string) => boolean;
}

/** Kept of what was read, bytes: both tracks are read from the same pieces of the file. */
const CACHE_BYTES = 8_000_000;
/** Read from the end of an MPEG-TS file to find its last picture, bytes: half a second of 4 Mbit/s; a file of more has several pictures in it too. */
const TAIL_BYTES = 256 * 1024;
/** Further tracks are ignored. A film with ten languages has about 12. */
const MAX_TRACKS = 32;
const UNDETERMINED = "und";

/** @throws if the container can't be read, or if the film has no picture that can be played */
export async function openFilm({ size, source, isTypeSupported }: OpenFilmOptions): Promise<Film> {
  // It logs unknown codecs to the console. The page reports those itself.
  Logging.level = LogLevel.Silent;
  const input = new Input({
    source: new CustomSource({
      getSize: () => size,
      read: (start, end) => source.read(start, end),
      maxCacheSize: CACHE_BYTES,
      // Combines small reads: MPEG-TS is read in packets of 188 bytes.
      prefetchProfile: "fileSystem",
      handleUnhandledError: () => undefined,
    }),
    formats: [MP4, QTFF, MATROSKA, WEBM, MPEG_TS],
  });
  try {
    const tracks = (await input.getTracks()).slice(0, MAX_TRACKS);
    const isPlayable = (track: FilmTrack | undefined): boolean => track !== undefined && isTypeSupported(track.contentType);
    const described = await Promise.all(tracks.filter((track) => track.isVideoTrack()).map(describePicture));
    const pictures = described.map((track) => (track === undefined || isPlayable(track) ? track : asHighProfile(track)));
    const picture = pictures.find(isPlayable);
    if (!picture) throw new Error("the film has no picture that this browser decodes");
    const heard = await Promise.all(tracks.filter((track) => track.isAudioTrack()).map(describeSound));
    const sounds = heard.filter((sound) => sound !== undefined).filter(isPlayable);
    const format = await input.getFormat();
    const first = await picture.packets.getFirstKeyPacket({ metadataOnly: true });
    const firstTime = first?.timestamp ?? 0;
    // The clock of MPEG-TS begins anywhere. Others begin at 0; what they have before it is not shown.
    const origin = format === MPEG_TS ? firstTime : Math.min(firstTime, 0);
    const last = format === MPEG_TS ? lastPictureTime(await source.read(Math.max(0, size - TAIL_BYTES), size)) : undefined;
    const duration =
      last === undefined
        ? ((await input.getDurationFromMetadata()) ?? (await input.computeDuration())) - origin
        : sinceOrigin(last, origin) + (first?.duration ?? 0);
    return { picture, sounds, duration, origin, close: () => input.dispose() };
  } catch (error) {
    input.dispose();
    throw error;
  }
}

/** The clock of MPEG-TS may begin again within a film. */
function sinceOrigin(time: number, origin: number): number {
  return (((time - origin) % CLOCK_PERIOD_S) + CLOCK_PERIOD_S) % CLOCK_PERIOD_S;
}

async function describePicture(track: InputVideoTrack): Promise<FilmTrack | undefined> {
  const [codec, config, rotation] = await Promise.all([track.getCodec(), track.getDecoderConfig(), track.getRotation()]);
  if (codec === null || config === null) return undefined;
  return { ...repackaged(track, codec, config), config: { kind: "picture", codec, config, rotation } };
}

/** Firefox answers no for H.264 profiles above High, but decodes most of them: it goes by the init segment. */
function asHighProfile(track: FilmTrack): FilmTrack {
  return { ...track, contentType: track.contentType.replace(/avc1\.(?:6e|7a|f4)[\da-f]{2}/iu, "avc1.6400") };
}

/** @param number among the film's sound tracks */
async function describeSound(track: InputAudioTrack, number: number): Promise<FilmSound | undefined> {
  const [codec, config, language, name] = await Promise.all([
    track.getCodec(),
    track.getDecoderConfig(),
    track.getLanguageCode(),
    track.getName(),
  ]);
  if (codec === null || config === null) return undefined;
  const shown = { track: number, name: name ?? "", language: language === UNDETERMINED ? "" : language };
  return { ...repackaged(track, codec, config), config: { kind: "sound", codec, config }, ...shown };
}

type AnyConfig = { readonly codec: string; readonly description?: AllowSharedBufferSource };

function repackaged(track: InputVideoTrack | InputAudioTrack, codec: string, config: AnyConfig): Omit<FilmTrack, "config"> {
  return {
    framing: framingOf(codec, config.description !== undefined),
    contentType: `${track.type}/mp4; codecs="${config.codec}"`,
    packets: new EncodedPacketSink(track),
  };
}
