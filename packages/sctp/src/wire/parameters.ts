/*
 * Parameters (RFC 9260, 3.2.1) and error causes (3.3.10) have one form. The length counts the header, but not the padding to a multiple of 4 bytes, which
 * each but the last one needs:
 *
 *  0                 2                 4
 * +-----------------+-----------------+------------ …
 * | type            | length          | value
 * +-----------------+-----------------+------------ …
 */
import { readU16, writeU16 } from "./big-endian.ts";
import { paddedLength } from "./packet-header.ts";

/** Bytes of a parameter's header. */
export const PARAMETER_HEADER_BYTES = 4;

/** Longest parameter, bytes: what a chunk of the largest length can hold. */
const MAX_PARAMETER_BYTES = 65_532;

/**
 * Goes through parameters in place.
 * @example while (reader.next()) { if (reader.type === ParameterType.STATE_COOKIE) use(reader.valueStart, reader.end); }
 */
export class ParameterReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #next: number;
  #malformed = false;
  #type = 0;
  #start: number;
  #parameterEnd: number;

  /** @param start index of the first parameter @param end index after the last one, inside the bytes */
  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#end = end;
    this.#next = this.#start = this.#parameterEnd = start;
  }

  /** Goes on to the next parameter. @returns false at the end, or at one whose length is wrong: then `malformed` is set */
  next(): boolean {
    const start = this.#next;
    if (this.#malformed || start >= this.#end) return false;
    const left = this.#end - start;
    const length = left < PARAMETER_HEADER_BYTES ? 0 : readU16(this.#bytes, start + 2);
    if (length < PARAMETER_HEADER_BYTES || length > left) {
      this.#malformed = true;
      return false;
    }
    this.#type = readU16(this.#bytes, start);
    this.#start = start;
    this.#parameterEnd = start + length;
    this.#next = start + paddedLength(length);
    return true;
  }

  /** Whether a length was wrong: less than a header, or more than what is left. */
  get malformed(): boolean {
    return this.#malformed;
  }

  get type(): number {
    return this.#type;
  }

  /** Index of the parameter's header. */
  get start(): number {
    return this.#start;
  }

  /** Index of its value. */
  get valueStart(): number {
    return this.#start + PARAMETER_HEADER_BYTES;
  }

  /** Index after its value, without padding. */
  get end(): number {
    return this.#parameterEnd;
  }
}

/** Collects parameters, or error causes, for a chunk. */
export class ParameterBuilder {
  readonly #parts: { readonly type: number; readonly value: Uint8Array }[] = [];

  /** @param value copied by `finish` @throws {RangeError} if it is longer than a length can say */
  add(type: number, value: Uint8Array = new Uint8Array(0)): this {
    const length = PARAMETER_HEADER_BYTES + value.length;
    if (length > MAX_PARAMETER_BYTES) throw new RangeError(`a parameter can't be ${length} bytes`);
    this.#parts.push({ type, value });
    return this;
  }

  /** All parameters so far, padded but for the last one: the length of a chunk doesn't count that padding (RFC 9260, 3.2). */
  finish(): Uint8Array<ArrayBuffer> {
    let length = 0;
    for (const { value } of this.#parts) length = paddedLength(length) + PARAMETER_HEADER_BYTES + value.length;
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const { type, value } of this.#parts) {
      writeU16(bytes, at, type);
      writeU16(bytes, at + 2, PARAMETER_HEADER_BYTES + value.length);
      bytes.set(value, at + PARAMETER_HEADER_BYTES);
      at += paddedLength(PARAMETER_HEADER_BYTES + value.length);
    }
    return bytes;
  }
}
