import { type CipherGCM, createCipheriv } from "node:crypto";
import { type Aead, TAG_BYTES } from "../crypto/cipher-suite.ts";
import type { RecordKeys } from "../crypto/key-schedule.ts";
import { AAD_BYTES, RecordNonce, writeAad } from "./record-nonce.ts";
import { type ContentType, MAX_PLAINTEXT_BYTES, RECORD_HEADER_BYTES, writeRecordHeader } from "./record-header.ts";

/** Bytes of the first buffer: a record of a usual datagram fits. */
const FIRST_BUFFER_BYTES = 2048;
/** Epoch of all protected records: there is no second handshake. */
export const PROTECTED_EPOCH = 1;

/**
 * Protects records (RFC 6347, 4.1.2; RFC 5288; RFC 7905). Each record has the next sequence number, and the nonce follows from it, so no nonce is used
 * twice under a key.
 */
export class RecordSealer {
  readonly #aead: Aead;
  readonly #key: Uint8Array;
  readonly #nonce: RecordNonce;
  readonly #aad: Uint8Array = new Uint8Array(AAD_BYTES);
  #buffer = new Uint8Array(FIRST_BUFFER_BYTES);
  #view: Uint8Array = this.#buffer;
  /** Sequence number of the next record. */
  #sequence = 0;
  readonly #endSequence: number;

  /** @param endSequence no record has this sequence number or a higher one */
  constructor(aead: Aead, { key, iv }: RecordKeys, endSequence: number) {
    this.#aead = aead;
    this.#key = key;
    this.#nonce = new RecordNonce(aead, iv);
    this.#endSequence = endSequence;
  }

  /** Number of records that can still be protected. */
  get recordsLeft(): number {
    return this.#endSequence - this.#sequence;
  }

  /** Bytes of a record without its content. */
  get overheadBytes(): number {
    return RECORD_HEADER_BYTES + this.#aead.explicitNonceBytes + TAG_BYTES;
  }

  /**
   * Protects a record.
   * @returns a view that is valid until the next call
   * @throws {RangeError} if the content is too large, or no sequence number is left
   */
  seal(type: ContentType, plaintext: Uint8Array): Uint8Array {
    const { byteLength } = plaintext;
    if (byteLength > MAX_PLAINTEXT_BYTES) throw new RangeError(`a record holds ${MAX_PLAINTEXT_BYTES} bytes at most, not ${byteLength}`);
    if (this.recordsLeft <= 0) throw new RangeError("no sequence number is left");
    const { explicitNonceBytes } = this.#aead;
    const body = RECORD_HEADER_BYTES + explicitNonceBytes;
    const record = this.#viewOf(body + byteLength + TAG_BYTES);
    writeRecordHeader(record, type, PROTECTED_EPOCH, this.#sequence, explicitNonceBytes + byteLength + TAG_BYTES);
    this.#sequence += 1;
    const cipher = this.#cipher(this.#nonce.fromHeader(record));
    cipher.setAAD(writeAad(this.#aad, record, 0, byteLength));
    // The nonce's explicit part is the epoch and the sequence number, like the header's.
    if (explicitNonceBytes > 0) record.copyWithin(RECORD_HEADER_BYTES, 3, 3 + explicitNonceBytes);
    record.set(cipher.update(plaintext), body);
    cipher.final();
    record.set(cipher.getAuthTag(), body + byteLength);
    return record;
  }

  #cipher(nonce: Uint8Array): CipherGCM {
    // The types of ChaCha20-Poly1305 differ from those of GCM in nothing that is used here.
    return createCipheriv(this.#aead.algorithm as "aes-128-gcm", this.#key, nonce, CIPHER_OPTIONS);
  }

  /** Records are mostly of one size, so the view is mostly the last one. */
  #viewOf(length: number): Uint8Array {
    if (this.#view.byteLength === length) return this.#view;
    if (length > this.#buffer.byteLength) this.#buffer = new Uint8Array(length);
    this.#view = this.#buffer.subarray(0, length);
    return this.#view;
  }
}

const CIPHER_OPTIONS = { authTagLength: TAG_BYTES };

/** Most bytes that a record adds to its content: header, explicit nonce and tag of AES-GCM. */
export const RECORD_OVERHEAD_BYTES: number = RECORD_HEADER_BYTES + 8 + TAG_BYTES;
