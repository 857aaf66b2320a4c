import type { BigIntStats } from "node:fs";
import { type FileVersion, sameVersion, versionKey, versionOf } from "../resources/file-version.ts";
import { type PositionedReader, readFully } from "../resources/read-fully.ts";

/** An open file, as of `node:fs/promises`. */
export interface ReadableFile extends PositionedReader {
  stat(options: { readonly bigint: true }): Promise<Pick<BigIntStats, "size" | "mtimeNs" | "ctimeNs" | "ino" | "dev">>;
  close(): Promise<void>;
}

/** A file of an archive that is open: one version of it. Many small ones are read one after the other, so it asks the system for as little as possible. */
export class ZippedFile {
  readonly #file: ReadableFile;
  readonly #key: Uint8Array;
  /** The version that has the key. */
  #version: FileVersion | undefined;

  /** @param key of the version that is to be read */
  constructor(file: ReadableFile, key: Uint8Array) {
    this.#file = file;
    this.#key = key;
  }

  /**
   * Reads until `into` is full or the file ends. The version is checked after that: a file that is unchanged then was unchanged during the read, because systems set
   * the times before they write the bytes.
   * @returns undefined if the file has another version
   * @throws the system's error
   */
  async read(offset: number, into: Uint8Array): Promise<number | undefined> {
    const bytes = await readFully(this.#file, offset, into);
    const version = versionOf(await this.#file.stat({ bigint: true }));
    return this.#isMeant(version) ? bytes : undefined;
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #isMeant(version: FileVersion): boolean {
    if (this.#version !== undefined) return sameVersion(this.#version, version);
    if (!versionKey(version).equals(this.#key)) return false;
    this.#version = version;
    return true;
  }
}
