import { concat } from "../bytes/byte-parts.ts";
import type { RecordOpener } from "./opener.ts";
import { type ContentType, RECORD_HEADER_BYTES, writeRecordHeader } from "./record-header.ts";
import { PROTECTED_EPOCH, type RecordSealer } from "./sealer.ts";

/** Epoch 0: records without protection. */
export const PLAIN_EPOCH = 0;
export type Epoch = typeof PLAIN_EPOCH | typeof PROTECTED_EPOCH;

/** Writes the records of both epochs, and knows which epoch each direction is in. */
export class RecordLayer {
  #plainSequence = 0;
  /** Exist once the keys are known. */
  #sealer: RecordSealer | undefined;
  #opener: RecordOpener | undefined;
  /** What this side writes with from now on: alerts and application data. */
  writeEpoch: Epoch = PLAIN_EPOCH;
  /** Records of another epoch are not read. It changes when the peer's ChangeCipherSpec has its place. */
  readEpoch: Epoch = PLAIN_EPOCH;

  get sealer(): RecordSealer | undefined {
    return this.#sealer;
  }

  /** Opens the peer's protected records; undefined as long as they must not be read. */
  get opener(): RecordOpener | undefined {
    return this.readEpoch === PROTECTED_EPOCH ? this.#opener : undefined;
  }

  setKeys(sealer: RecordSealer, opener: RecordOpener): void {
    this.#sealer = sealer;
    this.#opener = opener;
  }

  /**
   * The next plain record has this sequence number, that of the ClientHello which it answers (RFC 6347, 4.2.1). Nothing of an earlier hello stays: it may
   * have been a stranger's.
   */
  setPlainSequence(next: number): void {
    this.#plainSequence = next;
  }

  /** Bytes of a record without its content. */
  overhead(epoch: Epoch): number {
    return epoch === PLAIN_EPOCH ? RECORD_HEADER_BYTES : this.#protected.overheadBytes;
  }

  /** Writes a record into memory of its own. @throws {RangeError} if no sequence number is left */
  write(epoch: Epoch, type: ContentType, content: Uint8Array): Uint8Array {
    if (epoch === PROTECTED_EPOCH) return this.#protected.seal(type, content).slice();
    const header = new Uint8Array(RECORD_HEADER_BYTES);
    writeRecordHeader(header, type, PLAIN_EPOCH, this.#plainSequence, content.byteLength);
    this.#plainSequence += 1;
    return concat(header, content);
  }

  get #protected(): RecordSealer {
    if (this.#sealer === undefined) throw new Error("there are no keys yet");
    return this.#sealer;
  }
}
