import { fibreLink, type LinkOptions, satelliteLink, wanLink, wifiLink } from "../../../netlab/index.ts";
import type { Metric } from "../../report/report.ts";

/** A path, and for how long each contestant is measured on it. */
export interface WanCase extends Metric {
  readonly link: (seed: number) => LinkOptions;
  /** Runs of ours; each peer has one. */
  readonly runs: number;
  /** Not counted: slow start, and the window's search. Milliseconds. */
  readonly warmUpMs: number;
  readonly oursMs: number;
  /** A peer is there for the ratio, so a shorter time is enough. */
  readonly peersMs: number;
  /** What the link carries, MB/s, headers included. */
  readonly limitMBps: number;
}

const RATE = { unit: "MB/s", better: "higher", digits: 2 } as const;

/** Ours over 30 s: a rate that can be kept. */
const LOSSY = { ...RATE, runs: 3, warmUpMs: 2_000, oursMs: 30_000, peersMs: 8_000, limitMBps: 12.5 } as const;
const OTHER = { ...RATE, runs: 1, warmUpMs: 3_000, oursMs: 8_000, peersMs: 8_000 } as const;

/** Without loss: here the round trip under load is measured, too. */
export const CLEAN = "lossNone";

export const CASES: readonly WanCase[] = [
  { ...LOSSY, field: CLEAN, label: "no loss", aim: "≥ 11", link: (seed) => wanLink({ seed }) },
  { ...LOSSY, field: "loss01", label: "0.1 % loss", aim: "≥ 10", link: (seed) => wanLink({ loss: 0.001, seed }) },
  { ...LOSSY, field: "loss1", label: "1 % loss", aim: "≥ 9", link: (seed) => wanLink({ loss: 0.01, seed }) },
  { ...LOSSY, field: "loss3", label: "3 % loss", aim: "≥ 7", link: (seed) => wanLink({ loss: 0.03, seed }) },
  // Its round trip is 600 ms, so a start takes several seconds.
  { ...OTHER, field: "mbit2", label: "2 Mbit/s, 600 ms", link: satelliteLink, warmUpMs: 6_000, limitMBps: 0.25 },
  { ...OTHER, field: "mbit300", label: "300 Mbit/s, 20 ms", link: fibreLink, limitMBps: 37.5 },
  { ...OTHER, field: "wifi", label: "Wi-Fi with jitter and bursts of loss", link: wifiLink, limitMBps: 6.25 },
];

export const METRICS: readonly Metric[] = [
  ...CASES,
  { field: "rttInflation", label: "round trip under load, no loss", unit: "× the path's", better: "lower", digits: 2, aim: "≤ 1.5" },
];
