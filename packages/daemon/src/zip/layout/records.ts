/*
 * The records of a zip archive, little-endian (PKWARE's APPNOTE 6.3.10):
 *
 *   local header   4.3.7   30 + name + extra   before the bytes of each file, and for each folder
 *   descriptor     4.3.9   16, zip64: 24       behind the bytes of each file: its CRC and sizes, which the local header doesn't know yet (bit 3)
 *   central header 4.3.12  46 + name + extra   one for each entry, at the end of the archive
 *   end            4.3.14  zip64: 56 + 20, then 22
 *
 * Extra fields: zip64 sizes and offset (4.5.3), where they don't fit in 32 bits, and the modification time (Info-ZIP's "UT"). Nothing is compressed.
 */
import { dosTimeOf, timeExtra, timeExtraBytes } from "./zip-times.ts";

/** Sizes and offsets from here on need zip64. */
export const ZIP64_FROM = 0xffffffff;
/** Numbers of entries from here on need zip64. */
const ZIP64_ENTRIES_FROM = 0xffff;

/** Bit 3: a descriptor follows. */
const HAS_DESCRIPTOR = 1 << 3;
/** Bit 11: names are UTF-8. */
const UTF8_NAMES = 1 << 11;

/** Versions of the format that are needed to extract, 4.4.3: 2.0 for folders, 4.5 for zip64. */
const VERSION_20 = 20;
const VERSION_45 = 45;
/** Made by version 4.5, on Unix: the upper half of the external attributes is a mode. */
const MADE_BY = (3 << 8) | VERSION_45;
/** `-rw-r--r--`, and `drwxr-xr-x` with the folder bit of DOS. */
const FILE_ATTRIBUTES = 0o100644 * 0x10000;
const FOLDER_ATTRIBUTES = 0o040755 * 0x10000 + 0x10;

const ZIP64_EXTRA = 0x0001;
const EXTRA_HEADER_BYTES = 4;
const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;
const ZIP64_END_BYTES = 56;
const LOCATOR_BYTES = 20;

/** An entry, without its CRC. */
export interface ZipEntry {
  /** The path in the archive. That of a folder ends with a slash. */
  readonly path: Uint8Array;
  readonly isFolder: boolean;
  /** Bytes; 0 for a folder. */
  readonly size: number;
  /** Last modification, seconds since 1970. */
  readonly modifiedS: number;
  /** Where its local header begins, bytes from the start of the archive. */
  readonly offset: number;
}

/** What determines the length of an entry's records. */
export type EntryShape = Omit<ZipEntry, "path"> & { readonly pathBytes: number };

/** What the end of an archive states about its central directory. */
export interface Directory {
  readonly entries: number;
  readonly offset: number;
  readonly bytes: number;
}

export function localHeaderBytes({ pathBytes, size, modifiedS }: Omit<EntryShape, "offset">): number {
  return LOCAL_BYTES + pathBytes + timeExtraBytes(modifiedS) + (size >= ZIP64_FROM ? EXTRA_HEADER_BYTES + 16 : 0);
}

export function localHeader({ path, isFolder, size, modifiedS }: Omit<ZipEntry, "offset">): Uint8Array {
  const isLarge = size >= ZIP64_FROM;
  // With a descriptor the sizes are 0 here, and zip64 ones tell that the descriptor has 64 bits (4.3.9.2, 4.4.4).
  const extra = Buffer.concat([timeExtra(modifiedS), isLarge ? zip64Extra([0, 0]) : Buffer.alloc(0)]);
  const header = Buffer.alloc(LOCAL_BYTES);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(isLarge ? VERSION_45 : VERSION_20, 4);
  header.writeUInt16LE(flagsOf(isFolder), 6);
  header.writeUInt32LE(dosTimeOf(modifiedS), 10);
  header.writeUInt32LE(isLarge ? ZIP64_FROM : 0, 18);
  header.writeUInt32LE(isLarge ? ZIP64_FROM : 0, 22);
  header.writeUInt16LE(path.byteLength, 26);
  header.writeUInt16LE(extra.byteLength, 28);
  return Buffer.concat([header, path, extra]);
}

/** A folder has none. */
export function descriptorBytes({ isFolder, size }: Pick<EntryShape, "isFolder" | "size">): number {
  if (isFolder) return 0;
  return size >= ZIP64_FROM ? 24 : 16;
}

export function descriptor({ size }: Pick<ZipEntry, "size">, crc: number): Uint8Array {
  const isLarge = size >= ZIP64_FROM;
  const record = Buffer.alloc(isLarge ? 24 : 16);
  record.writeUInt32LE(0x08074b50, 0);
  record.writeUInt32LE(crc, 4);
  if (isLarge) {
    record.writeBigUInt64LE(BigInt(size), 8);
    record.writeBigUInt64LE(BigInt(size), 16);
  } else {
    record.writeUInt32LE(size, 8);
    record.writeUInt32LE(size, 12);
  }
  return record;
}

export function centralHeaderBytes({ pathBytes, size, modifiedS, offset }: EntryShape): number {
  const large = largeFields(size, offset).length;
  return CENTRAL_BYTES + pathBytes + timeExtraBytes(modifiedS) + (large > 0 ? EXTRA_HEADER_BYTES + 8 * large : 0);
}

export function centralHeader({ path, isFolder, size, modifiedS, offset }: ZipEntry, crc: number): Uint8Array {
  const large = largeFields(size, offset);
  const extra = Buffer.concat([timeExtra(modifiedS), large.length > 0 ? zip64Extra(large) : Buffer.alloc(0)]);
  const header = Buffer.alloc(CENTRAL_BYTES);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(MADE_BY, 4);
  header.writeUInt16LE(large.length > 0 ? VERSION_45 : VERSION_20, 6);
  header.writeUInt16LE(flagsOf(isFolder), 8);
  header.writeUInt32LE(dosTimeOf(modifiedS), 12);
  header.writeUInt32LE(crc, 16);
  header.writeUInt32LE(Math.min(size, ZIP64_FROM), 20);
  header.writeUInt32LE(Math.min(size, ZIP64_FROM), 24);
  header.writeUInt16LE(path.byteLength, 28);
  header.writeUInt16LE(extra.byteLength, 30);
  header.writeUInt32LE(isFolder ? FOLDER_ATTRIBUTES : FILE_ATTRIBUTES, 38);
  header.writeUInt32LE(Math.min(offset, ZIP64_FROM), 42);
  return Buffer.concat([header, path, extra]);
}

/** The records behind the central directory. */
export function endRecords(directory: Directory): Uint8Array {
  const { entries, offset, bytes } = directory;
  const end = Buffer.alloc(END_BYTES);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(entries, ZIP64_ENTRIES_FROM), 8);
  end.writeUInt16LE(Math.min(entries, ZIP64_ENTRIES_FROM), 10);
  end.writeUInt32LE(Math.min(bytes, ZIP64_FROM), 12);
  end.writeUInt32LE(Math.min(offset, ZIP64_FROM), 16);
  const isLarge = entries >= ZIP64_ENTRIES_FROM || bytes >= ZIP64_FROM || offset >= ZIP64_FROM;
  return isLarge ? Buffer.concat([zip64End(directory), zip64Locator(offset + bytes), end]) : end;
}

function zip64End({ entries, offset, bytes }: Directory): Uint8Array {
  const record = Buffer.alloc(ZIP64_END_BYTES);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(BigInt(ZIP64_END_BYTES - 12), 4); // Of what follows this field.
  record.writeUInt16LE(MADE_BY, 12);
  record.writeUInt16LE(VERSION_45, 14);
  record.writeBigUInt64LE(BigInt(entries), 24);
  record.writeBigUInt64LE(BigInt(entries), 32);
  record.writeBigUInt64LE(BigInt(bytes), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  return record;
}

function zip64Locator(endOffset: number): Uint8Array {
  const record = Buffer.alloc(LOCATOR_BYTES);
  record.writeUInt32LE(0x07064b50, 0);
  record.writeBigUInt64LE(BigInt(endOffset), 8);
  record.writeUInt32LE(1, 16); // Number of disks.
  return record;
}

function flagsOf(isFolder: boolean): number {
  return UTF8_NAMES | (isFolder ? 0 : HAS_DESCRIPTOR);
}

/** The fields of a central header that need 64 bits, in the order of the extra field. */
function largeFields(size: number, offset: number): number[] {
  return [...(size >= ZIP64_FROM ? [size, size] : []), ...(offset >= ZIP64_FROM ? [offset] : [])];
}

function zip64Extra(values: readonly number[]): Buffer {
  const field = Buffer.alloc(EXTRA_HEADER_BYTES + 8 * values.length);
  field.writeUInt16LE(ZIP64_EXTRA, 0);
  field.writeUInt16LE(8 * values.length, 2);
  for (const [index, value] of values.entries()) field.writeBigUInt64LE(BigInt(value), EXTRA_HEADER_BYTES + 8 * index);
  return field;
}
