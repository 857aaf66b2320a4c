/** A chunk of a packet that this project wrote, so that its lengths are right. */
export interface FoundChunk {
  readonly type: number;
  readonly flags: number;
  /** Its value, without the header and the padding. */
  readonly value: DataView;
}

/** The chunks of a packet, without what `recordPacket` costs. */
export function chunksOf(packet: Uint8Array): FoundChunk[] {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const chunks: FoundChunk[] = [];
  for (let at = 12, length = 0; at + 4 <= packet.byteLength; at += (length + 3) & ~3) {
    length = view.getUint16(at + 2);
    chunks.push({
      type: view.getUint8(at),
      flags: view.getUint8(at + 1),
      value: new DataView(packet.buffer, packet.byteOffset + at + 4, length - 4),
    });
  }
  return chunks;
}
