/* The init segment of a track: mediabunny writes it, because it knows how each codec's configuration looks in MP4. */
import {
  type AudioCodec,
  type EncodedPacket,
  EncodedAudioPacketSource,
  EncodedVideoPacketSource,
  EncodedPacket as Packet,
  Mp4OutputFormat,
  NullTarget,
  Output,
  type Rotation,
  type VideoCodec,
} from "mediabunny";

/** A track's codec, as mediabunny describes it. */
export type TrackConfig =
  | { readonly kind: "picture"; readonly codec: VideoCodec; readonly config: VideoDecoderConfig; readonly rotation: Rotation }
  | { readonly kind: "sound"; readonly codec: AudioCodec; readonly config: AudioDecoderConfig };

export interface InitSegment {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Units of time a second. */
  readonly timescale: number;
}

/** Bytes of a packet where the codec's configuration is complete without one. */
const ANY_DATA = Uint8Array.of(0);
/** In `mdhd` (ISO/IEC 14496-12, 8.4.2), after the type: version and flags, then two times of 32 or, in version 1, 64 bits. */
const TIMESCALE_OFFSETS = [16, 24] as const;

/** @param first a key packet of the track, which contains the configuration of codecs whose container doesn't (MPEG-TS) */
export async function writeInitSegment(track: TrackConfig, first: EncodedPacket | undefined): Promise<InitSegment> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const keep = (data: Uint8Array): unknown => parts.push(data.slice());
  const format = new Mp4OutputFormat({ fastStart: "fragmented", onFtyp: keep, onMoov: keep });
  const output = new Output({ format, target: new NullTarget() });
  const packet = new Packet(first?.data ?? ANY_DATA, "key", 0, 1);
  if (track.kind === "picture") {
    const source = new EncodedVideoPacketSource(track.codec);
    output.addVideoTrack(source, { rotation: track.rotation });
    await output.start();
    await source.add(packet, { decoderConfig: track.config });
  } else {
    const source = new EncodedAudioPacketSource(track.codec);
    output.addAudioTrack(source);
    await output.start();
    await source.add(packet, { decoderConfig: track.config });
  }
  await output.finalize();
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  return { bytes, timescale: readTimescale(bytes) };
}

function readTimescale(bytes: Uint8Array<ArrayBuffer>): number {
  const at = indexOfType(bytes, "mdhd");
  const [short, long] = TIMESCALE_OFFSETS;
  return new DataView(bytes.buffer, at).getUint32(bytes[at + 4] === 0 ? short : long);
}

/** Where a box's type begins. */
function indexOfType(bytes: Uint8Array, type: string): number {
  const wanted = new TextEncoder().encode(type);
  const at = bytes.findIndex((_, index) => wanted.every((byte, offset) => bytes[index + offset] === byte));
  if (at === -1) throw new Error(`the init segment has no ${type} box`);
  return at;
}
