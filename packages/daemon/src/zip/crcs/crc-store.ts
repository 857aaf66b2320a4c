import { randomUUID } from "node:crypto";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { writePrivateFile } from "../../identity/private-file.ts";
import { namesNothing } from "../../system-error.ts";
import { CrcTable, RECORD_BYTES } from "./crc-table.ts";

/** Most CRCs that are kept: 11 MB on the disk. Older ones go first; what is missing is computed again. */
export const MAX_KEPT_CRCS = 400_000;

/** Number of files from which they are merged into one. */
const MAX_FILES = 32;

/** Remembers CRCs of file versions, so that an archive is the same after an interruption, and its end needs no file to be read again. */
export interface CrcStore {
  /** What is known now. @throws the system's error */
  load(): Promise<CrcTable>;
  /** @throws the system's error */
  save(table: CrcTable): Promise<void>;
}

/** A store in memory: for daemons that write nothing. It forgets everything when it is full. */
export function memoryCrcStore(maxKept: number = MAX_KEPT_CRCS): CrcStore {
  let kept = new CrcTable();
  return {
    load: () => Promise.resolve(kept),
    save: (table) => {
      if (kept.count + table.count > maxKept) kept = new CrcTable();
      kept.addPacked(table.packed);
      return Promise.resolve();
    },
  };
}

/** First bytes of a file of the store: what it is, and the version of the format. */
const MAGIC = Buffer.from("RCZIPCRC1\n", "latin1");
const SUFFIX = ".crcs";
const CHECK_BYTES = 4;

/** A store in a folder, such as one in the daemon's state folder. See {@link FileCrcStore}. */
export function openCrcStore(folder: string): CrcStore {
  return new FileCrcStore(folder);
}

/**
 * A store in a folder, which is created when it is needed. Each save writes a file of its own, whole or not at all, that only the owner can read. When there are
 * many, they are merged. So several processes may use one folder: at worst a CRC is kept twice, or computed again.
 */
export class FileCrcStore implements CrcStore {
  readonly #folder: string;
  readonly #maxKept: number;
  /** One access at a time. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(folder: string, maxKept: number = MAX_KEPT_CRCS) {
    this.#folder = folder;
    this.#maxKept = maxKept;
  }

  load(): Promise<CrcTable> {
    return this.#inTurn(async () => this.#read(await this.#files()));
  }

  save(table: CrcTable): Promise<void> {
    return this.#inTurn(async () => {
      if (table.count === 0) return;
      await this.#write(table.packed);
      const files = await this.#files();
      if (files.length >= MAX_FILES) await this.#merge(files);
    });
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #merge(files: readonly string[]): Promise<void> {
    const table = await this.#read(files);
    await this.#write(table.packed);
    await Promise.all(files.map((file) => rm(join(this.#folder, file), { force: true })));
  }

  /** The files, newest first: their names begin with the time. */
  async #files(): Promise<string[]> {
    try {
      const names = await readdir(this.#folder);
      return names
        .filter((name) => name.endsWith(SUFFIX))
        .sort()
        .toReversed();
    } catch (error) {
      if (namesNothing(error)) return [];
      throw error;
    }
  }

  async #read(files: readonly string[]): Promise<CrcTable> {
    const table = new CrcTable();
    for (const file of files) {
      if (table.count >= this.#maxKept) break;
      const records = await this.#recordsOf(file);
      table.addPacked(records.subarray(0, (this.#maxKept - table.count) * RECORD_BYTES));
    }
    return table;
  }

  /** The records of a file; none if it is damaged, or gone because another process merged it. */
  async #recordsOf(file: string): Promise<Buffer> {
    let bytes: Buffer;
    try {
      bytes = await readFile(join(this.#folder, file));
    } catch (error) {
      if (namesNothing(error)) return Buffer.alloc(0);
      throw error;
    }
    const end = bytes.byteLength - CHECK_BYTES;
    const isWhole =
      end >= MAGIC.byteLength &&
      bytes.subarray(0, MAGIC.byteLength).equals(MAGIC) &&
      bytes.readUInt32BE(end) === crc32(bytes.subarray(0, end));
    return isWhole ? bytes.subarray(MAGIC.byteLength, end) : Buffer.alloc(0);
  }

  async #write(records: Buffer): Promise<void> {
    const content = Buffer.concat([MAGIC, records]);
    const check = Buffer.alloc(CHECK_BYTES);
    check.writeUInt32BE(crc32(content));
    const name = `${Date.now().toString().padStart(15, "0")}-${randomUUID()}${SUFFIX}`;
    await writePrivateFile(join(this.#folder, name), Buffer.concat([content, check]));
  }
}
