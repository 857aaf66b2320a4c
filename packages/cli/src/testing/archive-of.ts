import { crc32 } from "node:zlib";
import { descriptor, localHeader } from "@rangecast/daemon";

/** The start of an archive as a host makes it of a selection: everything before its directory. */
export function archiveOf(
  files: readonly { readonly name: Uint8Array; readonly bytes: Uint8Array; readonly modifiedMs: number }[],
): Buffer {
  const parts = files.map(({ name, bytes, modifiedMs }) => {
    const file = { isFolder: false, path: name, size: bytes.byteLength, modifiedS: Math.floor(modifiedMs / 1000) };
    return Buffer.concat([localHeader(file), bytes, descriptor(file, crc32(bytes))]);
  });
  return Buffer.concat(parts);
}
