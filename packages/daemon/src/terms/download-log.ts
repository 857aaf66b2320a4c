/*
 * How often the files of a share were downloaded. A file of lines, each of JSON: `{"path":"e1.mp4","whole":1}` when every byte of a file was sent to one
 * viewer, `{"path":"e1.mp4","part":0.25}` when a viewer left after a part of it. Lines are only added, so that a crash loses none.
 */
import type { PrivateFolder } from "../identity/private-folder.ts";

/** Sums of fractions are compared with whole numbers. */
const ROUNDING = 1e-9;

/** One entry. */
export interface DownloadEntry {
  /** Path in the share: its bytes as Latin-1; empty for a share of one file. */
  readonly path: string;
  /** 1: a whole download. */
  readonly whole?: 1;
  /** The part of the file that was sent to a viewer that left, over 0 to 1. */
  readonly part?: number;
}

interface Count {
  whole: number;
  parts: number;
}

/** The downloads of one share so far. */
export class DownloadLog {
  readonly #folder: PrivateFolder;
  readonly #name: string;
  readonly #counts = new Map<string, Count>();
  #unsaved: string[] = [];
  /** The save that is in progress, and the one after it, which takes all that is not saved by then. */
  #saving: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  private constructor(folder: PrivateFolder, name: string) {
    this.#folder = folder;
    this.#name = name;
  }

  /** Reads a log, which need not exist. @throws {StateError} `unreadable` */
  static async open(folder: PrivateFolder, name: string): Promise<DownloadLog> {
    const log = new DownloadLog(folder, name);
    const text = (await folder.read(name)) ?? "";
    for (const line of text.split("\n")) log.#count(parseEntry(line));
    return log;
  }

  /** Whole downloads of all files. */
  get whole(): number {
    return [...this.#counts.values()].reduce((sum, { whole }) => sum + whole, 0);
  }

  /** How often a file was downloaded. Parts that viewers got before they left add up to downloads. */
  taken(path: string): number {
    const { whole, parts } = this.#counts.get(path) ?? { whole: 0, parts: 0 };
    return whole + Math.floor(parts + ROUNDING);
  }

  /** Counts at once. Resolves when the entry is on the disk. @throws {StateError} `unwritable` */
  add(entry: DownloadEntry): Promise<void> {
    this.#count(entry);
    // A line that a crash cut off doesn't damage the next one.
    this.#unsaved.push(`\n${JSON.stringify(entry)}\n`);
    this.#next ??= this.#saving.then(
      () => this.#save(),
      () => this.#save(),
    );
    return this.#next;
  }

  #save(): Promise<void> {
    const text = this.#unsaved.join("");
    this.#unsaved = [];
    this.#next = undefined;
    this.#saving = this.#folder.append(this.#name, text);
    return this.#saving;
  }

  #count(entry: DownloadEntry | undefined): void {
    if (entry === undefined) return;
    const count = this.#counts.get(entry.path) ?? { whole: 0, parts: 0 };
    this.#counts.set(entry.path, { whole: count.whole + (entry.whole ?? 0), parts: count.parts + (entry.part ?? 0) });
  }
}

/** @returns undefined for an empty line, and for one that a crash cut off */
function parseEntry(line: string): DownloadEntry | undefined {
  if (line === "") return undefined;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || !("path" in value) || typeof value.path !== "string") return undefined;
  if ("whole" in value && value.whole === 1) return { path: value.path, whole: 1 };
  if ("part" in value && typeof value.part === "number" && value.part > 0 && value.part <= 1) return { path: value.path, part: value.part };
  return undefined;
}
