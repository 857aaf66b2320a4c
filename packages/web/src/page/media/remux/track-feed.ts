/* One track of the film as fragments of MP4, from a time on. */
import type { EncodedPacket } from "mediabunny";
import { type Decodable, DecodeTimes, MAX_REORDERED, type Timed } from "./mp4/decode-times.ts";
import { type Sample, writeFragment } from "./mp4/fragment.ts";
import { type InitSegment, writeInitSegment } from "./mp4/init-segment.ts";
import { toMp4Data } from "./mp4/packet-data.ts";
import type { FilmTrack } from "./open-film.ts";

/**
 * Shortest fragment, seconds. It decides how soon the first picture is shown, and how much is read after a seek that nobody watches. A fragment needn't
 * begin with a key frame.
 */
const FRAGMENT_S = 0.5;
/** Longest fragment, seconds, if no frame is a good end. */
const LONGEST_FRAGMENT_S = 2;
/** Size of a fragment that is long enough, bytes: half a second of a film of 64 Mbit/s. */
const FRAGMENT_BYTES = 4_000_000;
/** Largest fragment if no frame is a good end, bytes, unless one packet is larger. */
const MAX_FRAGMENT_BYTES = 8_000_000;
/** If the picture begins later than 0 but within this time, its first frame is shown from 0 on, seconds. MediaSource would wait there forever. */
const MAX_LATE_START_S = 1;

interface Packet extends Timed {
  readonly source: EncodedPacket;
}

export interface TrackFeed {
  readonly init: InitSegment;
  /** Time of the key packet at which the feed begins, seconds from the film's beginning. */
  readonly startsAt: number;
  /** The next fragment, and the time up to which the track is then complete. Undefined at the track's end. */
  next(): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly until: number } | undefined>;
}

export interface TrackFeedOptions {
  /** {@link Film.origin} */
  readonly origin: number;
  /** Seconds from the film's beginning. The feed begins with the key packet at or before it. */
  readonly from: number;
}

/** @throws if the track has no key packet, or can't be read */
export async function openTrackFeed(track: FilmTrack, { origin, from }: TrackFeedOptions): Promise<TrackFeed> {
  const { packets, framing, config } = track;
  const start = (await packets.getKeyPacket(from + origin)) ?? (await packets.getFirstKeyPacket());
  if (!start) throw new Error("the track has no key packet");
  const init = await writeInitSegment(config, start);
  const units = (seconds: number): number => Math.round(seconds * init.timescale);
  const reorders = config.kind === "picture";
  const times = new DecodeTimes<Packet>(reorders ? MAX_REORDERED : 0, units(start.duration));
  const isFirst = reorders && start.timestamp - origin <= MAX_LATE_START_S && (await isFirstPacket(track, start));
  let packet: EncodedPacket | null = start;
  let sequence = 0;

  /** Frames that are shown before the key frame at the start refer to frames before it; sound before the beginning isn't heard. */
  const isShown = ({ timestamp }: EncodedPacket): boolean => timestamp >= (reorders ? start.timestamp : origin);
  const timeOf = (source: EncodedPacket): number => (isFirst && source === start ? 0 : Math.max(0, units(source.timestamp - origin)));
  const sampleOf = ({ packet: { source, time }, decodeTime, duration }: Decodable<Packet>): Sample => ({
    data: toMp4Data(source.data, framing),
    decodeTime,
    time,
    duration,
    isKey: source.type === "key",
  });

  return {
    init,
    startsAt: Math.max(0, start.timestamp - origin),
    next: async () => {
      const samples: Sample[] = [];
      let bytes = 0;
      let latest = 0;
      /** Ends where every frame that is shown before the end has been decoded: Firefox doesn't show one that comes in the next fragment. */
      const isFull = (): boolean => {
        const [first] = samples;
        const last = samples.at(-1);
        if (!first || !last) return false;
        const length = last.decodeTime - first.decodeTime;
        if (length >= units(LONGEST_FRAGMENT_S) || bytes >= MAX_FRAGMENT_BYTES) return true;
        return (bytes >= FRAGMENT_BYTES || length >= units(FRAGMENT_S)) && latest <= last.decodeTime;
      };
      const add = (timed: Decodable<Packet>): void => {
        samples.push(sampleOf(timed));
        latest = Math.max(latest, timed.packet.time);
        bytes += timed.packet.source.data.byteLength;
      };
      while (packet !== null && !isFull()) {
        const timed = isShown(packet) ? times.add({ time: timeOf(packet), source: packet }) : undefined;
        if (timed) add(timed);
        packet = await packets.getNextPacket(packet);
        if (packet === null) for (const rest of times.end()) add(rest);
      }
      const last = samples.at(-1);
      if (!last) return undefined;
      return { bytes: writeFragment(++sequence, samples), until: (last.decodeTime + last.duration) / init.timescale };
    },
  };
}

async function isFirstPacket({ packets }: FilmTrack, packet: EncodedPacket): Promise<boolean> {
  const first = await packets.getFirstKeyPacket({ metadataOnly: true });
  return first?.sequenceNumber === packet.sequenceNumber;
}
