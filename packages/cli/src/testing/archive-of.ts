import { crc32 } from "node:zlib";

/** The start of an archive as a host makes it of a selection: everything before its directory. */
export function archiveOf(
  files: readonly { readonly name: Uint8Array; readonly bytes: Uint8Array; readonly modifiedMs: number }[],
): Buffer {
  return Buffer.concat(files.flatMap(({ name, bytes, modifiedMs }) => [headerOf(name, modifiedMs), bytes, descriptorOf(bytes)]));
}

function headerOf(name: Uint8Array, modifiedMs: number): Buffer {
  const seconds = Math.floor(modifiedMs / 1000);
  const time = Buffer.alloc(seconds >= 0 && seconds < 2 ** 31 ? 9 : 0);
  if (time.byteLength > 0) {
    time.writeUInt32LE(0x0005_5455, 0);
    time.writeUInt8(1, 4);
    time.writeUInt32LE(seconds, 5);
  }
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE((1 << 3) | (1 << 11), 6);
  header.writeUInt16LE(name.byteLength, 26);
  header.writeUInt16LE(time.byteLength, 28);
  return Buffer.concat([header, name, time]);
}

function descriptorOf(bytes: Uint8Array): Buffer {
  const descriptor = Buffer.alloc(16);
  descriptor.writeUInt32LE(0x08074b50, 0);
  descriptor.writeUInt32LE(crc32(bytes), 4);
  descriptor.writeUInt32LE(bytes.byteLength, 8);
  descriptor.writeUInt32LE(bytes.byteLength, 12);
  return descriptor;
}
