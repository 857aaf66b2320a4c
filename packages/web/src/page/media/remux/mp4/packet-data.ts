/* The bytes of packets as MP4 has them. MPEG-TS carries H.264 and HEVC in Annex B, and AAC in ADTS frames; MP4 neither. */

/** How a track's packets are framed in their container. */
export type Framing = "as-in-mp4" | "annex-b" | "adts";

/** Without a description of the decoder in the container, the stream carries it itself, in the framing that has room for it. */
export function framingOf(codec: string, hasDescription: boolean): Framing {
  if (hasDescription) return "as-in-mp4";
  if (codec === "avc" || codec === "hevc") return "annex-b";
  return codec === "aac" ? "adts" : "as-in-mp4";
}

export function toMp4Data(data: Uint8Array, framing: Framing): Uint8Array {
  if (framing === "annex-b") return lengthPrefixed(data);
  return framing === "adts" ? data.subarray(adtsHeaderBytes(data)) : data;
}

const ADTS_HEADER_BYTES = 7;
const ADTS_CRC_BYTES = 2;

/** ISO/IEC 13818-7, 6.2: the lowest bit of the second byte is 0 if a checksum follows the header. */
function adtsHeaderBytes(data: Uint8Array): number {
  const protectionAbsent = ((data[1] ?? 0) & 1) === 1;
  return ADTS_HEADER_BYTES + (protectionAbsent ? 0 : ADTS_CRC_BYTES);
}

const LENGTH_BYTES = 4;

/** From start codes (ITU-T H.264, Annex B) to lengths (ISO/IEC 14496-15). */
function lengthPrefixed(data: Uint8Array): Uint8Array {
  const units = [...unitsOf(data)];
  const whole = new Uint8Array(units.reduce((total, { byteLength }) => total + LENGTH_BYTES + byteLength, 0));
  const view = new DataView(whole.buffer);
  let at = 0;
  for (const unit of units) {
    view.setUint32(at, unit.byteLength);
    whole.set(unit, at + LENGTH_BYTES);
    at += LENGTH_BYTES + unit.byteLength;
  }
  return whole;
}

/** The NAL units between start codes 00 00 01. Zeros before a start code belong to none. */
function* unitsOf(data: Uint8Array): Generator<Uint8Array> {
  let start: number | undefined;
  // A start code ends with the only byte of value 1 in it, which is found fast.
  for (let one = data.indexOf(1, 2); one !== -1; one = data.indexOf(1, one + 1)) {
    if (data[one - 1] !== 0 || data[one - 2] !== 0) continue;
    if (start !== undefined) yield trimmed(data, start, one - 2);
    start = one + 1;
  }
  if (start !== undefined) yield trimmed(data, start, data.length);
}

function trimmed(data: Uint8Array, start: number, end: number): Uint8Array {
  let last = end;
  while (last > start && data[last - 1] === 0) last -= 1;
  return data.subarray(start, last);
}
