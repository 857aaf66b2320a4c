/** Reads the files at the start of an archive that the host made of a selection. */
import { crc32 } from "node:zlib";
import { ExpectedError } from "@rangecast/base";

/** A file as it was listed. */
export interface ListedFile {
  readonly name: Uint8Array;
  /** Bytes. */
  readonly size: number;
  /** Last modification, milliseconds since 1970. */
  readonly modifiedMs: number;
}

/** The archive is not what was expected, for example because a file has changed since it was listed. */
export class ArchiveError extends ExpectedError<"mismatch"> {
  override readonly name = "ArchiveError";
}

const LOCAL_HEADER = 0x04034b50;
const LOCAL_HEADER_BYTES = 30;
const DESCRIPTOR = 0x08074b50;
const DESCRIPTOR_BYTES = 16;
/** Offsets in a local header: the lengths of name and extra fields. */
const NAME_LENGTH_AT = 26;
const EXTRA_LENGTH_AT = 28;
/** The only extra field: Info-ZIP's time, and where its seconds are. It is left out for times that it can't hold. */
const TIME_BYTES = 9;
const SECONDS_AT = 5;
const MAX_TIME_S = 0x7fffffff;

/** Bytes of an archive before its directory. @param files in the order of the bytes of their names, each below 4 GiB */
export function contentBytes(files: readonly ListedFile[]): number {
  return files.reduce((sum, file) => sum + entryBytes(file), 0);
}

/**
 * The content of each file.
 * @param archive as many bytes as {@link contentBytes} says
 * @param files what was selected, in the order of the bytes of their names
 * @throws {ArchiveError} if one has another name, size or time, or is damaged
 */
export function readEntries(archive: Uint8Array, files: readonly ListedFile[]): Uint8Array[] {
  const view = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  if (view.byteLength !== contentBytes(files)) throw mismatch("it has another length");
  let at = 0;
  return files.map((file) => {
    const entry = view.subarray(at, at + entryBytes(file));
    at += entry.byteLength;
    return readEntry(entry, file);
  });
}

function readEntry(entry: Buffer, { name, size, modifiedMs }: ListedFile): Uint8Array {
  const header = LOCAL_HEADER_BYTES + name.byteLength;
  const start = header + timeBytes(modifiedMs);
  const end = start + size;
  const sameName = entry.readUInt16LE(NAME_LENGTH_AT) === name.byteLength && entry.subarray(LOCAL_HEADER_BYTES, header).equals(name);
  if (entry.readUInt32LE(0) !== LOCAL_HEADER || !sameName) throw mismatch("it has other names");
  const sameTime =
    entry.readUInt16LE(EXTRA_LENGTH_AT) === start - header &&
    (start === header || entry.readUInt32LE(header + SECONDS_AT) === secondsOf(modifiedMs));
  if (!sameTime) throw mismatch("a file has another time");
  if (entry.readUInt32LE(end) !== DESCRIPTOR || entry.readUInt32LE(end + 8) !== size) throw mismatch("a file has another size");
  const content = entry.subarray(start, end);
  if (entry.readUInt32LE(end + 4) !== crc32(content)) throw mismatch("a file is damaged");
  return content;
}

function entryBytes({ name, size, modifiedMs }: ListedFile): number {
  return LOCAL_HEADER_BYTES + name.byteLength + timeBytes(modifiedMs) + size + DESCRIPTOR_BYTES;
}

function timeBytes(modifiedMs: number): number {
  const seconds = secondsOf(modifiedMs);
  return seconds >= 0 && seconds <= MAX_TIME_S ? TIME_BYTES : 0;
}

function secondsOf(modifiedMs: number): number {
  return Math.floor(modifiedMs / 1000);
}

function mismatch(what: string): ArchiveError {
  return new ArchiveError("mismatch", `the archive of some files can't be used: ${what}`);
}
