/*
 * A fragment of MP4 (ISO/IEC 14496-12, 8.8): the times and sizes of some samples of one track, then their bytes.
 *
 *   moof
 *     mfhd  sequence number
 *     traf
 *       tfhd  track; offsets count from the moof box
 *       tfdt  decode time of the first sample
 *       trun  each sample's duration, size, flags, and its time of presentation relative to the decode time
 *   mdat    the samples
 */

export interface Sample {
  readonly data: Uint8Array;
  /** Times, in units of the track's timescale. */
  readonly decodeTime: number;
  readonly time: number;
  readonly duration: number;
  /** It can be decoded without others. */
  readonly isKey: boolean;
}

/** Number of the only track of each of our init segments. */
export const TRACK_ID = 1;

const HEADER_BYTES = 8;
const BASE_IS_MOOF = 0x02_00_00;
/** Offset of the data; and for each sample its duration, size, flags and composition offset. */
const TRUN_FLAGS = 0x00_0f_01;
const TRUN_SAMPLE_BYTES = 16;
/** Version 1: composition offsets are signed. */
const SIGNED_OFFSETS = 1;
/** Version 1: the decode time has 64 bits. */
const LONG_TIME = 1;
/** sample_depends_on: no other; or others, and it is no sync sample. */
const KEY_FLAGS = 0x02_00_00_00;
const DELTA_FLAGS = 0x01_01_00_00;

/** @param samples at least one, in decode order */
export function writeFragment(sequence: number, samples: readonly Sample[]): Uint8Array<ArrayBuffer> {
  const mfhd = fullBox("mfhd", 0, 0, [sequence]);
  const tfhd = fullBox("tfhd", 0, BASE_IS_MOOF, [TRACK_ID]);
  const start = samples[0]?.decodeTime ?? 0;
  const tfdt = fullBox("tfdt", LONG_TIME, 0, [Math.floor(start / 2 ** 32), start % 2 ** 32]);
  const trunBytes = HEADER_BYTES + 12 + samples.length * TRUN_SAMPLE_BYTES;
  const trafBytes = HEADER_BYTES + tfhd.length + tfdt.length + trunBytes;
  const moofBytes = HEADER_BYTES + mfhd.length + trafBytes;
  const rows = samples.flatMap(({ data, decodeTime, time, duration, isKey }) => [
    duration,
    data.byteLength,
    isKey ? KEY_FLAGS : DELTA_FLAGS,
    time - decodeTime,
  ]);
  const trun = fullBox("trun", SIGNED_OFFSETS, TRUN_FLAGS, [samples.length, moofBytes + HEADER_BYTES, ...rows]);
  const moof = box("moof", [mfhd, box("traf", [tfhd, tfdt, trun])]);
  return concat([
    moof,
    box(
      "mdat",
      samples.map(({ data }) => data),
    ),
  ]);
}

function fullBox(type: string, version: number, flags: number, words: readonly number[]): Uint8Array<ArrayBuffer> {
  const body = new DataView(new ArrayBuffer(4 + 4 * words.length));
  body.setUint32(0, version * 2 ** 24 + flags);
  // setUint32 takes negative numbers modulo 2 ** 32, which is two's complement.
  words.forEach((word, index) => body.setUint32(4 + 4 * index, word));
  return box(type, [new Uint8Array(body.buffer)]);
}

function box(type: string, parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const size = parts.reduce((total, { byteLength }) => total + byteLength, HEADER_BYTES);
  const header = new DataView(new ArrayBuffer(HEADER_BYTES));
  header.setUint32(0, size);
  for (let index = 0; index < 4; index++) header.setUint8(4 + index, type.charCodeAt(index));
  return concat([new Uint8Array(header.buffer), ...parts]);
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((total, { byteLength }) => total + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
