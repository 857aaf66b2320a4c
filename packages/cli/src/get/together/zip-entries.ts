/** Reads the files at the start of an archive that the host made of a selection. */
import { crc32 } from "node:zlib";
import { ExpectedError } from "@rangecast/base";
import { descriptor, descriptorBytes, localHeader, localHeaderBytes } from "@rangecast/daemon";

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

/** Bytes of an archive before its directory. @param files in the order of the bytes of their names */
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

function readEntry(entry: Buffer, file: ListedFile): Uint8Array {
  const zipped = zippedFile(file);
  const header = localHeader({ ...zipped, path: file.name });
  if (!entry.subarray(0, header.byteLength).equals(header)) throw mismatch("a file has another name or time");
  const end = header.byteLength + file.size;
  const content = entry.subarray(header.byteLength, end);
  if (!entry.subarray(end).equals(descriptor(zipped, crc32(content)))) throw mismatch("a file has another size, or is damaged");
  return content;
}

function entryBytes(file: ListedFile): number {
  const zipped = zippedFile(file);
  return localHeaderBytes({ ...zipped, pathBytes: file.name.byteLength }) + file.size + descriptorBytes(zipped);
}

function zippedFile({ size, modifiedMs }: ListedFile): { readonly isFolder: false; readonly size: number; readonly modifiedS: number } {
  return { isFolder: false, size, modifiedS: Math.floor(modifiedMs / 1000) };
}

function mismatch(what: string): ArchiveError {
  return new ArchiveError("mismatch", `the archive of some files can't be used: ${what}`);
}
