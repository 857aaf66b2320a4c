import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeFilm } from "../lib/media.ts";
import type { Fault } from "./fault.ts";
import type { Row } from "./row.ts";
import { runRow } from "./run-row.ts";

/** About 100 MB: long enough for the longest fault, and far more than a player buffers. */
export const FAULT_FILM = { seconds: 160, bitRate: 5_000_000, noise: 60 } as const;

export interface TableOptions {
  readonly faults: readonly Fault[];
  readonly signal: AbortSignal;
  readonly onRow: (row: Row) => void;
}

/** Runs faults one after the other, each in a new scene. @throws the signal's reason */
export async function runTable({ faults, signal, onRow }: TableOptions): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), "rangecast-faults-"));
  try {
    const original = await makeFilm("mp4-moov-front", folder, FAULT_FILM);
    const rows: Row[] = [];
    for (const fault of faults) {
      const row = await runRow(fault, { original, signal });
      rows.push(row);
      onRow(row);
    }
    return rows;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
