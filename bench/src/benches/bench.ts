import type { Report } from "../report/report.ts";
import type { Measurer } from "../rig/measure.ts";
import type { Rig } from "../rig/rig.ts";

export interface BenchContext {
  readonly rig: Rig;
  readonly measurer: Measurer;
  /** Rough figures within a few minutes. */
  readonly quick: boolean;
}

export type Bench = (context: BenchContext) => Promise<Report>;

export const MIB: number = 1024 * 1024;
export const GIB: number = 1024 * MIB;

const MS_PER_SECOND = 1000;
const BYTES_PER_MB = 1_000_000;

export function megabytesPerSecond({ bytes, ms }: { readonly bytes: number; readonly ms: number }): number {
  return bytes / BYTES_PER_MB / (ms / MS_PER_SECOND);
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
