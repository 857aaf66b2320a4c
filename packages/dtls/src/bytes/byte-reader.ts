/** What is read past the end, or from a vector of the wrong length. */
const NOTHING = new Uint8Array(0);

/**
 * Reads the fields of a message in order. It never throws: after a field that isn't there, all further fields are zero or empty, and {@link complete}
 * stays false. So a decoder reads all fields, and checks once.
 */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #failed = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Number of bytes that are not read yet; 0 after a failure. */
  get left(): number {
    return this.#bytes.byteLength - this.#at;
  }

  /** Whether a field was not there. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Whether every field was there, and nothing follows the last one. */
  get complete(): boolean {
    return !this.#failed && this.left === 0;
  }

  u8(): number {
    return this.#number(1);
  }

  u16(): number {
    return this.#number(2);
  }

  u24(): number {
    return this.#number(3);
  }

  /** A view of the next bytes. */
  bytes(length: number): Uint8Array {
    if (length > this.left) {
      this.fail();
      return NOTHING;
    }
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** A view of a vector with a length of one byte, which must be `least` to `most` bytes long (RFC 5246, 4.3). */
  vector8(least: number, most: number): Uint8Array {
    return this.#vector(this.u8(), least, most);
  }

  vector16(least: number, most: number): Uint8Array {
    return this.#vector(this.u16(), least, most);
  }

  vector24(least: number, most: number): Uint8Array {
    return this.#vector(this.u24(), least, most);
  }

  /** The rest can't be read. */
  fail(): void {
    this.#failed = true;
    this.#at = this.#bytes.byteLength;
  }

  #number(length: number): number {
    let value = 0;
    for (const byte of this.bytes(length)) value = value * 256 + byte;
    return value;
  }

  #vector(length: number, least: number, most: number): Uint8Array {
    if (length < least || length > most) this.fail();
    return this.bytes(this.#failed ? 0 : length);
  }
}

/** Reads a vector of numbers of two bytes each. @returns undefined if its length is odd */
export function readU16List(bytes: Uint8Array): number[] | undefined {
  if (bytes.byteLength % 2 !== 0) return undefined;
  const reader = new ByteReader(bytes);
  const list: number[] = [];
  while (reader.left > 0) list.push(reader.u16());
  return list;
}
