/** The byte of the test file at an offset. Neighbouring blocks differ, so that a byte at a wrong offset is detected. */
export function patternByte(offset: number): number {
  return (offset ^ (offset >>> 8) ^ (Math.floor(offset / 65_536) * 31)) & 0xff;
}

/** The test file's bytes from `start` up to `end`. */
export function patternBytes(start: number, end: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(end - start);
  for (let index = 0; index < bytes.length; index += 1) bytes[index] = patternByte(start + index);
  return bytes;
}

/** Whether these are the test file's bytes from `start` up to `end`; faster than an assertion on each byte. */
export function isPattern(bytes: Uint8Array, start: number, end: number): boolean {
  return bytes.byteLength === end - start && bytes.every((byte, index) => byte === patternByte(start + index));
}
