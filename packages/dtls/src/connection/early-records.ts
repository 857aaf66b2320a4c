/** Number of records that are held, and their bytes: what a sender may send in the first round trip, ten packets (RFC 6928). */
const MAX_RECORDS = 10;
const MAX_BYTES = 16_384;

/** Protected data that arrived before the Finished that came before it on the way: lost, or overtaken. It is neither decrypted nor delivered until then. */
export class EarlyRecords {
  #records: Uint8Array[] = [];
  heldBytes = 0;

  /** @returns false if there is no room */
  add(record: Uint8Array): boolean {
    if (this.#records.length >= MAX_RECORDS || this.heldBytes + record.byteLength > MAX_BYTES) return false;
    // Not slice(): a Buffer would give a view of the same memory.
    this.#records.push(Uint8Array.from(record));
    this.heldBytes += record.byteLength;
    return true;
  }

  /** Gives all records away. */
  take(): readonly Uint8Array[] {
    const records = this.#records;
    this.#records = [];
    this.heldBytes = 0;
    return records;
  }
}
