import { DEEP_QUEUE_BYTES, type LinkOptions, SHALLOW_QUEUE_BYTES, wanLink } from "../../../netlab/index.ts";
import type { Metric } from "../../report/report.ts";

/** A path that one sender at a time is measured on. */
export interface PathCase {
  readonly field: string;
  readonly label: string;
  readonly aim?: string;
  readonly link: (seed: number) => LinkOptions;
  /** Runs by turns, each with another seed. */
  readonly runs: number;
  /** Whether the peers are measured, too. */
  readonly peers: boolean;
}

/** Mean number of packets lost in a row where losses come in bursts. */
const BURST_PACKETS = 8;

/** Our figure in README.md is the median of at least five runs, a peer's of three: it is there for the ratio. */
const RUNS = 5;
export const MAX_PEER_RUNS = 3;
const FEWER_RUNS = 3;

export const PATHS: readonly PathCase[] = [
  { field: "lossNone", label: "no loss", aim: "≥ 11", link: (seed) => wanLink({ seed }), runs: RUNS, peers: true },
  { field: "loss01", label: "0.1 % loss", aim: "≥ 10", link: (seed) => wanLink({ loss: 0.001, seed }), runs: RUNS, peers: true },
  { field: "loss1", label: "1 % loss", aim: "≥ 9", link: (seed) => wanLink({ loss: 0.01, seed }), runs: RUNS, peers: true },
  { field: "loss3", label: "3 % loss", aim: "≥ 7", link: (seed) => wanLink({ loss: 0.03, seed }), runs: RUNS, peers: true },
  {
    field: "bursts1",
    label: "1 % loss in bursts of 8",
    link: (seed) => wanLink({ loss: 0.01, meanBurst: BURST_PACKETS, seed }),
    runs: FEWER_RUNS,
    peers: true,
  },
  {
    field: "long1",
    label: "150 ms, 1 % loss",
    aim: "≥ 8",
    link: (seed) => wanLink({ loss: 0.01, roundTripMs: 150, seed }),
    runs: FEWER_RUNS,
    peers: true,
  },
  {
    field: "shallow",
    label: "a queue of 64 KiB",
    link: (seed) => wanLink({ queueBytes: SHALLOW_QUEUE_BYTES, seed }),
    runs: FEWER_RUNS,
    peers: true,
  },
  {
    field: "deep",
    label: "a queue of 4 MiB",
    link: (seed) => wanLink({ queueBytes: DEEP_QUEUE_BYTES, seed }),
    runs: FEWER_RUNS,
    peers: true,
  },
];

const rate = { unit: "MB/s", better: "higher", digits: 2 } as const;

export const METRICS: readonly Metric[] = [
  ...PATHS.map(({ field, label, aim }): Metric => ({ field, label, ...rate, ...(aim === undefined ? {} : { aim }) })),
  { field: "rttInflation", label: "round trip under load, no loss", unit: "× the path's", better: "lower", digits: 2, aim: "≤ 1.5" },
  { field: "deepRttInflation", label: "the same, a queue of 4 MiB", unit: "× the path's", better: "lower", digits: 2 },
  { field: "fairness", label: "the slower of two", unit: "% of both", better: "higher", digits: 0, aim: "≥ 40" },
  { field: "besideTcp", label: "beside Cubic", unit: "× its fair share", better: "higher", digits: 2, aim: "0.33 to 2" },
  { field: "besideReno", label: "beside Reno", unit: "× its fair share", better: "higher", digits: 2 },
  { field: "usPerPacket", label: "CPU of the association, a packet of 1,200 bytes", unit: "µs", better: "lower", digits: 1, aim: "≤ 8" },
];
