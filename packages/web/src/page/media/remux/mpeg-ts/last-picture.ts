/*
 * When the last picture of an MPEG-TS file is shown (ISO/IEC 13818-1). The container has no duration; the last pictures in the file tell it:
 *
 *   packet of 188 bytes: 47 | ts.ppppp pppppppp (s: a PES packet starts here) | ..aa.... (a: adaptation field, payload) | [length, adaptation field] | payload
 *   PES packet:          00 00 01 | E0 to EF: picture | length (2) | flags | pp...... (p: it has a time) | header length | time of presentation (5)
 */

/** Bytes from one packet to the next: of plain files, of those with time codes (Blu-ray, AVCHD), and of those with error correction. */
const STRIDES = [188, 192, 204] as const;
const SYNC = 0x47;
/** That many packets in a row must begin with the sync byte. */
const CHECKED_PACKETS = 5;
const HEADER_BYTES = 4;
/** Up to the end of the time. */
const PES_HEADER_BYTES = 14;
/** Ticks a second, and the number after which they begin again from 0. */
const CLOCK_HZ = 90_000;
const WRAPS_AFTER = 2 ** 33;

/** Time after which the clock begins again, seconds. */
export const CLOCK_PERIOD_S: number = WRAPS_AFTER / CLOCK_HZ;

/** @param tail the file's last bytes, from anywhere on @returns seconds of the file's clock, or undefined if there is no picture in the tail */
export function lastPictureTime(tail: Uint8Array): number | undefined {
  const packets = findPackets(tail);
  if (!packets) return undefined;
  let last: number | undefined;
  for (let at = packets.start; at + 188 <= tail.length; at += packets.stride) {
    const ticks = pictureTime(tail.subarray(at, at + 188));
    // Pictures that are decoded later may be shown earlier; after the clock began again, all are later.
    if (ticks !== undefined && (last === undefined || isLater(ticks, last))) last = ticks;
  }
  return last === undefined ? undefined : last / CLOCK_HZ;
}

function isLater(ticks: number, than: number): boolean {
  return (ticks - than + WRAPS_AFTER) % WRAPS_AFTER < WRAPS_AFTER / 2;
}

function findPackets(tail: Uint8Array): { readonly start: number; readonly stride: number } | undefined {
  for (const stride of STRIDES) {
    for (let start = 0; start < stride; start++) {
      const isSync = (_: unknown, index: number): boolean => tail[start + index * stride] === SYNC;
      if (Array.from({ length: CHECKED_PACKETS }).every(isSync)) return { start, stride };
    }
  }
  return undefined;
}

function pictureTime(packet: Uint8Array): number | undefined {
  const byte = (at: number): number => packet[at] ?? 0;
  const startsPes = (byte(1) & 0x40) !== 0;
  const hasAdaptation = (byte(3) & 0x20) !== 0;
  const hasPayload = (byte(3) & 0x10) !== 0;
  const at = HEADER_BYTES + (hasAdaptation ? 1 + byte(HEADER_BYTES) : 0);
  if (packet[0] !== SYNC || !startsPes || !hasPayload || at + PES_HEADER_BYTES > packet.length) return undefined;
  const isPicture = byte(at) === 0 && byte(at + 1) === 0 && byte(at + 2) === 1 && (byte(at + 3) & 0xf0) === 0xe0;
  if (!isPicture || (byte(at + 7) & 0x80) === 0) return undefined;
  const [high, middle, low] = [byte(at + 9), byte(at + 10) * 2 ** 8 + byte(at + 11), byte(at + 12) * 2 ** 8 + byte(at + 13)];
  return ((high >> 1) & 0x07) * 2 ** 30 + (middle >> 1) * 2 ** 15 + (low >> 1);
}
