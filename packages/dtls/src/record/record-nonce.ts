/*
 * What a record's AEAD takes besides key and content.
 *
 * Additional data (RFC 5246, 6.2.3.3), 13 bytes:
 *  0                                   8        9                 11                13
 * +-----------------------------------+--------+-----------------+-----------------+
 * | epoch and sequence number         | type   | version         | content length  |
 * +-----------------------------------+--------+-----------------+-----------------+
 *
 * Nonce of AES-GCM (RFC 5288, 3):          iv (4) | explicit part (8), the epoch and the sequence number
 * Nonce of ChaCha20-Poly1305 (RFC 7905, 2): iv (12) XOR (0000 | epoch and sequence number)
 */
import type { Aead } from "../crypto/cipher-suite.ts";

export const AAD_BYTES = 13;
const NONCE_BYTES = 12;
/** Index of epoch and sequence number in a record's header, and their size. */
const COUNTER_AT = 3;
const COUNTER_BYTES = 8;

/** Writes the additional data of the record whose header is at an index. */
export function writeAad(into: Uint8Array, record: Uint8Array, at: number, contentLength: number): Uint8Array {
  for (let index = 0; index < COUNTER_BYTES; index += 1) into[index] = record[at + COUNTER_AT + index]!;
  for (let index = 0; index < COUNTER_AT; index += 1) into[COUNTER_BYTES + index] = record[at + index]!;
  into[11] = contentLength >>> 8;
  into[12] = contentLength;
  return into;
}

/** Computes nonces into one buffer. */
export class RecordNonce {
  readonly #iv = new Uint8Array(NONCE_BYTES);
  readonly #nonce = new Uint8Array(NONCE_BYTES);

  constructor({ ivBytes }: Aead, iv: Uint8Array) {
    if (iv.byteLength !== ivBytes) throw new RangeError(`the IV must be ${ivBytes} bytes`);
    this.#iv.set(iv);
    this.#nonce.set(iv);
  }

  /** From epoch and sequence number of the header at an index. With AES-GCM that is this side's choice (RFC 5288, 3). */
  fromHeader(record: Uint8Array, at = 0): Uint8Array {
    return this.#from(record, at + COUNTER_AT);
  }

  /** From the explicit part at an index. */
  fromRecord(datagram: Uint8Array, at: number): Uint8Array {
    return this.#from(datagram, at);
  }

  #from(bytes: Uint8Array, at: number): Uint8Array {
    const first = NONCE_BYTES - COUNTER_BYTES;
    for (let index = 0; index < COUNTER_BYTES; index += 1) this.#nonce[first + index] = this.#iv[first + index]! ^ bytes[at + index]!;
    return this.#nonce;
  }
}
