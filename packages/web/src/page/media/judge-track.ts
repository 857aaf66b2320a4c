import type { JudgedTrack, Track, TrackKind } from "./track.ts";

/** `canPlayType` of a media element. An empty string means no. */
export type CanPlayType = (contentType: string) => string;

interface Codec {
  readonly name: string;
  /** Codec strings to ask browsers for. The answer is no only if it is no to all of them. @default the track's own string */
  readonly ask?: readonly string[];
  /** Browsers answer no for this codec even if they can decode it. */
  readonly unreliable?: boolean;
}

/** Firefox answers no for every profile above High, but plays most of them. Chromium answers "maybe". */
const H264_PROFILES: Readonly<Record<string, string>> = { "6e": "10-bit H.264", "7a": "4:2:2 H.264", f4: "4:4:4 H.264" };
const HEVC_MAIN_10 = "2";

/** By the start of the codec string. Safari knows HEVC only as hvc1. */
const CODECS: readonly (readonly [RegExp, (match: RegExpExecArray) => Codec])[] = [
  [
    /^avc[13]\.([0-9a-f]{2})/iu,
    ([, profile = ""]) => {
      const name = H264_PROFILES[profile.toLowerCase()];
      return name === undefined ? { name: "H.264" } : { name, unreliable: true };
    },
  ],
  [
    /^(?:hev1|hvc1)\.[A-C]?(\d+)(.*)$/iu,
    ([, profile = "", rest = ""]) => ({
      name: profile === HEVC_MAIN_10 ? "10-bit HEVC" : "HEVC",
      ask: [`hvc1.${profile}${rest}`, `hev1.${profile}${rest}`],
    }),
  ],
  [/^(?:dvh1|dvhe|dvav|dva1)/iu, () => ({ name: "Dolby Vision" })],
  [/^vp8/iu, () => ({ name: "VP8" })],
  [/^vp0?9/iu, () => ({ name: "VP9" })],
  [/^av01/iu, () => ({ name: "AV1" })],
  [/^ap[c4][nhosx]/iu, () => ({ name: "ProRes" })],
  [/^ac-3$/iu, () => ({ name: "AC-3", ask: ["ac-3", "mp4a.a5"] })],
  [/^ec-3$/iu, () => ({ name: "E-AC-3", ask: ["ec-3", "mp4a.a6"] })],
  [/^dts[a-z+-]?$/iu, () => ({ name: "DTS", ask: ["dtsc", "dtse", "dtsh", "dtsl"] })],
  [/^mp4a\.40/iu, () => ({ name: "AAC", ask: ["mp4a.40.2"] })],
  [/^mp3$/iu, () => ({ name: "MP3", ask: ["mp3", "mp4a.6b", "mp4a.69"] })],
  [/^opus$/iu, () => ({ name: "Opus" })],
  [/^vorbis$/iu, () => ({ name: "Vorbis" })],
  [/^flac$/iu, () => ({ name: "FLAC", ask: ["flac", "fLaC"] })],
  [/^(?:pcm|ulaw|alaw)/iu, () => ({ name: "PCM", unreliable: true })],
];

/** Codecs without a codec string, by their names in containers. */
const BY_CONTAINER: Readonly<Record<string, Codec>> = {
  alac: { name: "ALAC", ask: ["alac"] },
  A_ALAC: { name: "ALAC", ask: ["alac"] },
  mlpa: { name: "TrueHD", ask: ["mlpa"] },
  A_TRUEHD: { name: "TrueHD", ask: ["mlpa"] },
  A_DTS: { name: "DTS", ask: ["dtsc", "dtse", "dtsh", "dtsl"] },
  dvh1: { name: "Dolby Vision", ask: ["dvh1.05.06", "dvhe.05.06"] },
  dvhe: { name: "Dolby Vision", ask: ["dvh1.05.06", "dvhe.05.06"] },
  mp4v: { name: "MPEG-4 Visual", ask: ["mp4v.20.9", "mp4v.20.8"] },
  "V_MPEG4/ISO/ASP": { name: "MPEG-4 Visual", ask: ["mp4v.20.9", "mp4v.20.8"] },
  V_MPEG2: { name: "MPEG-2", ask: ["mp4v.61", "mp4v.65"] },
};

/** Containers to ask for each codec string: browsers accept some codecs in only one of them. */
const CONTAINERS = ["mp4", "webm", "ogg"] as const;
const GROUPS: Readonly<Record<TrackKind, string>> = { picture: "video", sound: "audio" };

/** The codec's name, and whether this browser reports that it decodes it: `unknown` where its answer is unreliable. */
export function judgeTrack({ kind, codecString, containerId }: Track, canPlayType: CanPlayType): JudgedTrack {
  const codec = findCodec(codecString, containerId);
  if (codec === undefined) return { kind, decodable: "unknown" };
  const { name, unreliable = false, ask = codecString === undefined ? [] : [codecString] } = codec;
  const types = ask.flatMap((codecs) => CONTAINERS.map((container) => `${GROUPS[kind]}/${container}; codecs="${codecs}"`));
  const taken = types.some((type) => canPlayType(type) !== "");
  return { kind, codec: name, decodable: taken ? "yes" : unreliable || types.length === 0 ? "unknown" : "no" };
}

function findCodec(codecString: string | undefined, containerId: string | undefined): Codec | undefined {
  for (const [pattern, make] of codecString === undefined ? [] : CODECS) {
    const match = pattern.exec(codecString ?? "");
    if (match) return make(match);
  }
  return containerId !== undefined && Object.hasOwn(BY_CONTAINER, containerId) ? BY_CONTAINER[containerId] : undefined;
}
