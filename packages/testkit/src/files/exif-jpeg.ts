/** Types of an IFD entry. */
const SHORT = 3;
const LONG = 4;
/** Bytes of an IFD beside its entries of 12 bytes. */
const IFD_FRAME = 6;
const ENTRY = 12;
const FIRST_IFD = 8;

export interface ExifFacts {
  readonly thumbnail: Uint8Array;
  readonly orientation: number;
  readonly width: number;
  readonly height: number;
}

/** A JPEG with EXIF data as cameras write it: how it is to be turned, its size, and a thumbnail. */
export function withExif(jpeg: Uint8Array, { thumbnail, orientation, width, height }: ExifFacts): Uint8Array<ArrayBuffer> {
  const exif = FIRST_IFD + IFD_FRAME + 2 * ENTRY;
  const second = exif + IFD_FRAME + 2 * ENTRY;
  const image = second + IFD_FRAME + 3 * ENTRY;
  const tiff = [
    // Big-endian.
    0x4d,
    0x4d,
    ...u16(42),
    ...u32(FIRST_IFD),
    ...ifd([entry(0x0112, SHORT, orientation), entry(0x8769, LONG, exif)], second),
    ...ifd([entry(0xa002, LONG, width), entry(0xa003, LONG, height)], 0),
    ...ifd([entry(0x0103, SHORT, 6), entry(0x0201, LONG, image), entry(0x0202, LONG, thumbnail.length)], 0),
    ...thumbnail,
  ];
  const segment = [...new TextEncoder().encode("Exif\0\0"), ...tiff];
  return Uint8Array.of(0xff, 0xd8, 0xff, 0xe1, ...u16(2 + segment.length), ...segment, ...jpeg.subarray(2));
}

function ifd(entries: readonly number[][], next: number): number[] {
  return [...u16(entries.length), ...entries.flat(), ...u32(next)];
}

function entry(tag: number, type: number, value: number): number[] {
  return [...u16(tag), ...u16(type), ...u32(1), ...(type === SHORT ? [...u16(value), 0, 0] : u32(value))];
}

function u16(value: number): number[] {
  return [value >> 8, value & 0xff];
}

function u32(value: number): number[] {
  return [...u16(value >>> 16), ...u16(value & 0xffff)];
}
