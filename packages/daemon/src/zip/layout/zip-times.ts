/* Modification times in a zip: in the time of DOS, which every program reads, and exact to the second in an extra field. */

/** Info-ZIP's extended timestamp, with the modification time only: header, flags, seconds since 1970. */
const TIME_EXTRA = 0x5455;
const TIME_EXTRA_BYTES = 9;
const HAS_MODIFICATION = 1;
/** The last second that the field holds: it is signed. */
const MAX_TIME_S = 0x7fffffff;

/** The range of DOS times, milliseconds since 1970: 1980 to 2107. */
const MIN_DOS_MS = Date.UTC(1980, 0, 1);
const MAX_DOS_MS = Date.UTC(2107, 11, 31, 23, 59, 58);

/** DOS date (upper 16 bits) and time, 4.4.6. In UTC, so that the bytes don't depend on the host's time zone; programs that know the extra field ignore it. */
export function dosTimeOf(modifiedS: number): number {
  const date = new Date(Math.min(Math.max(modifiedS * 1000, MIN_DOS_MS), MAX_DOS_MS));
  const day = ((date.getUTCFullYear() - 1980) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate();
  const time = (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1);
  return day * 0x10000 + time;
}

/** Length of {@link timeExtra}: times before 1970 and after 2038 have none, because programs disagree about them. */
export function timeExtraBytes(modifiedS: number): number {
  return modifiedS >= 0 && modifiedS <= MAX_TIME_S ? TIME_EXTRA_BYTES : 0;
}

/** The extra field, the same in local and central headers. */
export function timeExtra(modifiedS: number): Buffer {
  const field = Buffer.alloc(timeExtraBytes(modifiedS));
  if (field.byteLength === 0) return field;
  field.writeUInt16LE(TIME_EXTRA, 0);
  field.writeUInt16LE(TIME_EXTRA_BYTES - 4, 2);
  field.writeUInt8(HAS_MODIFICATION, 4);
  field.writeUInt32LE(modifiedS, 5);
  return field;
}
