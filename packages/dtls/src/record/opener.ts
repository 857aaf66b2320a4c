import { createDecipheriv } from "node:crypto";
import { type Aead, TAG_BYTES } from "../crypto/cipher-suite.ts";
import type { RecordKeys } from "../crypto/key-schedule.ts";
import { AAD_BYTES, RecordNonce, writeAad } from "./record-nonce.ts";
import { MAX_PLAINTEXT_BYTES, type RecordView } from "./record-header.ts";
import { ReplayWindow } from "./replay-window.ts";

const CIPHER_OPTIONS = { authTagLength: TAG_BYTES };

/** Why a record was not opened. */
export type OpenFault =
  /** It has arrived before, or is older than the window. */
  | "replayed"
  /** It is not authentic, or its length is impossible. */
  | "forged";

/** Opens protected records, each of them once (RFC 6347, 4.1.2). */
export class RecordOpener {
  readonly #aead: Aead;
  readonly #key: Uint8Array;
  readonly #nonce: RecordNonce;
  readonly #aad: Uint8Array = new Uint8Array(AAD_BYTES);
  readonly #window = new ReplayWindow();

  constructor(aead: Aead, { key, iv }: RecordKeys) {
    this.#aead = aead;
    this.#key = key;
    this.#nonce = new RecordNonce(aead, iv);
  }

  /** @returns the content, in memory of its own */
  open(datagram: Uint8Array, record: RecordView): Uint8Array | OpenFault {
    const body = record.start + this.#aead.explicitNonceBytes;
    const tag = record.end - TAG_BYTES;
    const length = tag - body;
    if (length < 0 || length > MAX_PLAINTEXT_BYTES) return "forged";
    if (this.#window.has(record.sequence)) return "replayed";
    const nonce =
      this.#aead.explicitNonceBytes > 0 ? this.#nonce.fromRecord(datagram, record.start) : this.#nonce.fromHeader(datagram, record.at);
    // The types of ChaCha20-Poly1305 differ from those of GCM in nothing that is used here.
    const decipher = createDecipheriv(this.#aead.algorithm as "aes-128-gcm", this.#key, nonce, CIPHER_OPTIONS);
    decipher.setAuthTag(datagram.subarray(tag, record.end));
    decipher.setAAD(writeAad(this.#aad, datagram, record.at, length));
    const content = decipher.update(datagram.subarray(body, tag));
    try {
      decipher.final();
    } catch {
      return "forged";
    }
    this.#window.add(record.sequence);
    return content;
  }
}
