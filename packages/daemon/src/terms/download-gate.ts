/*
 * Counts the downloads of a share with `maxDownloads`, and refuses more. A file counts as downloaded when every byte of it was sent to one viewer, over however
 * many sessions. A viewer reserves a download when it reads beyond the first and the last part of the file, where players look for its headers. If it leaves
 * before it has everything, the part that it got is counted: such parts add up, so nobody gets more of a file by coming back as somebody else.
 */
import { startTimer } from "@rangecast/base";
import { ByteSpans } from "./byte-spans.ts";
import type { DownloadEntry, DownloadLog } from "./download-log.ts";

/** How long a viewer's downloads are kept for it after its last session, milliseconds: a phone may change its network, a laptop be moved. */
export const RETURN_MS = 120_000;

/** A viewer may read this part of a file at its start, and as much at its end, without a download: the headers of a film, from which a page tells what it is. */
const FREE_PART = 1 / 32;

/** Files of one viewer that are remembered, so that it may read them again; about 1 KB each. Older ones count as new when they are read again. */
const MAX_FILES_PER_VIEWER = 1000;

/** Why a viewer may not read a file: other viewers hold what is left of its downloads, or none is left. */
export type DownloadRefusal = "limit" | "used-up";

export interface DownloadGateOptions {
  readonly log: DownloadLog;
  readonly maxDownloads: number;
  /** Called with how often a file was downloaded, when that rises. */
  readonly onTaken: (path: string, taken: number) => void;
  /** Called when a part of a download can't be saved. */
  readonly onFault: (error: unknown) => void;
}

/** One viewer's reading of one file. */
interface Reading {
  readonly size: number;
  readonly spans: ByteSpans;
  state: "free" | "reserved" | "whole";
}

interface Reader {
  sessions: number;
  readonly readings: Map<string, Reading>;
  /** Runs after its last session. */
  stopWaiting: () => void;
}

export class DownloadGate {
  readonly #options: DownloadGateOptions;
  readonly #readers = new Map<string, Reader>();

  constructor(options: DownloadGateOptions) {
    this.#options = options;
  }

  /** Why a viewer may not read a file at all; undefined if it may. */
  refusal(viewer: string, path: string): DownloadRefusal | undefined {
    const state = this.#readers.get(viewer)?.readings.get(path)?.state;
    if (state === "reserved" || state === "whole") return undefined;
    const { log, maxDownloads } = this.#options;
    if (log.taken(path) >= maxDownloads) return "used-up";
    return log.taken(path) + this.#reserved(path) >= maxDownloads ? "limit" : undefined;
  }

  /** A session of a viewer begins. @returns a function that ends it */
  enter(viewer: string): () => void {
    const reader = this.#readers.get(viewer) ?? { sessions: 0, readings: new Map<string, Reading>(), stopWaiting: () => undefined };
    this.#readers.set(viewer, reader);
    reader.stopWaiting();
    reader.sessions += 1;
    return () => {
      reader.sessions -= 1;
      if (reader.sessions === 0) this.#await(viewer, reader);
    };
  }

  /**
   * Counts bytes that are about to be sent. Resolves when they may be: the whole download is on the disk by then.
   * @returns why they may not be sent
   * @throws {StateError} the download can't be saved
   */
  async take(
    viewer: string,
    file: { readonly path: string; readonly size: number },
    start: number,
    end: number,
  ): Promise<DownloadRefusal | undefined> {
    const reader = this.#readers.get(viewer);
    if (reader === undefined) throw new Error("a viewer reads without a session");
    const { path, size } = file;
    const reading = this.#readingOf(reader, path, size);
    if (reading.state === "whole" || end <= start) return undefined;
    if (reading.state === "free" && !isFree(size, start, end)) {
      const refusal = this.refusal(viewer, path);
      if (refusal !== undefined) return refusal;
      reading.state = "reserved";
    }
    reading.spans.add(start, end);
    if (reading.spans.bytes < size) return undefined;
    reading.state = "whole";
    await this.#count({ path, whole: 1 });
  }

  /** Counts what viewers have got so far of downloads that are not whole. Resolves when it is on the disk. */
  async close(): Promise<void> {
    const readers = [...this.#readers.values()];
    this.#readers.clear();
    await Promise.all(readers.map((reader) => this.#leave(reader)));
  }

  #readingOf({ readings }: Reader, path: string, size: number): Reading {
    const known = readings.get(path);
    if (known?.size === size) return known;
    // Another version of the file is another download, and what was read of the old one counts.
    const [oldest] = readings;
    if (known !== undefined) void this.#settle(path, known);
    else if (readings.size >= MAX_FILES_PER_VIEWER && oldest !== undefined) {
      readings.delete(oldest[0]);
      void this.#settle(...oldest);
    }
    const reading: Reading = { size, spans: new ByteSpans(), state: "free" };
    readings.set(path, reading);
    return reading;
  }

  #reserved(path: string): number {
    return [...this.#readers.values()].filter(({ readings }) => readings.get(path)?.state === "reserved").length;
  }

  #await(viewer: string, reader: Reader): void {
    const leave = (): void => {
      this.#readers.delete(viewer);
      void this.#leave(reader);
    };
    if ([...reader.readings.values()].every(({ state }) => state === "free")) return leave();
    reader.stopWaiting = startTimer(RETURN_MS, leave);
  }

  async #leave({ readings, stopWaiting }: Reader): Promise<void> {
    stopWaiting();
    await Promise.all([...readings].map(([path, reading]) => this.#settle(path, reading)));
  }

  /** Counts a part. */
  async #settle(path: string, { state, spans, size }: Reading): Promise<void> {
    if (state !== "reserved") return;
    try {
      await this.#count({ path, part: Math.min(1, spans.bytes / size) });
    } catch (error) {
      this.#options.onFault(error);
    }
  }

  async #count(entry: DownloadEntry): Promise<void> {
    const { log, onTaken } = this.#options;
    const before = log.taken(entry.path);
    const saved = log.add(entry);
    const taken = log.taken(entry.path);
    if (taken > before) onTaken(entry.path, taken);
    await saved;
  }
}

function isFree(size: number, start: number, end: number): boolean {
  const part = Math.floor(size * FREE_PART);
  return end <= part || start >= size - part;
}
