import { KEY_BYTES } from "../layout/layout.ts";

/** A record: the key of a file version, the length of a prefix (u64), and the CRC-32 of that prefix (u32). Big-endian. */
export const RECORD_BYTES: number = KEY_BYTES + 12;

const FIRST_RECORDS = 256;
/** Of the slots of the index, at most half are used. */
const SLOTS_PER_RECORD = 2;
const EMPTY = -1;

/** How much of a file is covered by a CRC: all of it, or its first part. */
export interface KnownPrefix {
  readonly bytes: number;
  readonly crc: number;
}

/** The CRCs of file versions, packed: 44 bytes each with its index. Keys are hashes, so their first bytes serve as the place in the index. */
export class CrcTable {
  #records = Buffer.alloc(FIRST_RECORDS * RECORD_BYTES);
  #slots = new Int32Array(FIRST_RECORDS * SLOTS_PER_RECORD).fill(EMPTY);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** All records, packed. */
  get packed(): Buffer {
    return this.#records.subarray(0, this.#count * RECORD_BYTES);
  }

  get(key: Uint8Array): KnownPrefix | undefined {
    const record = this.#slots[this.#slotOf(key)] ?? EMPTY;
    return record === EMPTY ? undefined : this.#read(record);
  }

  /** Notes a prefix. If a longer one is known, that stays. */
  set(key: Uint8Array, { bytes, crc }: KnownPrefix): void {
    const slot = this.#slotOf(key);
    const known = this.#slots[slot] ?? EMPTY;
    if (known !== EMPTY && this.#read(known).bytes >= bytes) return;
    const record = known === EMPTY ? this.#count : known;
    if (record === EMPTY || record * RECORD_BYTES === this.#records.byteLength) {
      this.#grow();
      return this.set(key, { bytes, crc });
    }
    const at = record * RECORD_BYTES;
    this.#records.set(key, at);
    this.#records.writeBigUInt64BE(BigInt(bytes), at + KEY_BYTES);
    this.#records.writeUInt32BE(crc, at + KEY_BYTES + 8);
    this.#slots[slot] = record;
    if (known === EMPTY) this.#count += 1;
  }

  /** Notes packed records. What is behind the last whole one is ignored. */
  addPacked(records: Buffer): void {
    for (let at = 0; at + RECORD_BYTES <= records.byteLength; at += RECORD_BYTES) {
      const bytes = Number(records.readBigUInt64BE(at + KEY_BYTES));
      this.set(records.subarray(at, at + KEY_BYTES), { bytes, crc: records.readUInt32BE(at + KEY_BYTES + 8) });
    }
  }

  #read(record: number): KnownPrefix {
    const at = record * RECORD_BYTES + KEY_BYTES;
    return { bytes: Number(this.#records.readBigUInt64BE(at)), crc: this.#records.readUInt32BE(at + 8) };
  }

  /** The slot of a key, or the empty one where it belongs. */
  #slotOf(key: Uint8Array): number {
    const slots = this.#slots.length;
    let slot = (((key[0] ?? 0) << 24) | ((key[1] ?? 0) << 16) | ((key[2] ?? 0) << 8) | (key[3] ?? 0)) >>> 0;
    for (slot %= slots; ; slot = (slot + 1) % slots) {
      const record = this.#slots[slot] ?? EMPTY;
      if (record === EMPTY || this.#hasKey(record, key)) return slot;
    }
  }

  #hasKey(record: number, key: Uint8Array): boolean {
    const at = record * RECORD_BYTES;
    return this.#records.compare(key, 0, KEY_BYTES, at, at + KEY_BYTES) === 0;
  }

  #grow(): void {
    const larger = Buffer.alloc(this.#records.byteLength * 2);
    this.#records.copy(larger);
    this.#records = larger;
    this.#slots = new Int32Array(this.#slots.length * 2).fill(EMPTY);
    for (let record = 0; record < this.#count; record += 1) {
      const at = record * RECORD_BYTES;
      this.#slots[this.#slotOf(this.#records.subarray(at, at + KEY_BYTES))] = record;
    }
  }
}
