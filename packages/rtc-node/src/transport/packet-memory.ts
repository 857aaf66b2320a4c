/** Bytes that are allocated at once. Some dozens of packets share it, and an allocation for each packet would cost twice as much as its copy. */
const SLAB_BYTES = 64 * 1024;

/** Copies packets into memory that is written once, so that the system may read it after the call that sends a packet. */
export class PacketMemory {
  #slab = new Uint8Array(SLAB_BYTES);
  #used = 0;

  copy(packet: Uint8Array): Uint8Array {
    if (this.#used + packet.byteLength > SLAB_BYTES) {
      this.#slab = new Uint8Array(Math.max(SLAB_BYTES, packet.byteLength));
      this.#used = 0;
    }
    const copy = this.#slab.subarray(this.#used, this.#used + packet.byteLength);
    copy.set(packet);
    this.#used += packet.byteLength;
    return copy;
  }
}
