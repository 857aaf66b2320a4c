import type { Report } from "./report.ts";

/** A report with every optional part. */
export const EXAMPLE: Report = {
  bench: "seek",
  metrics: [
    { field: "p95Ms", label: "first byte, p95", unit: "ms", better: "lower", digits: 0, aim: "≤ 200" },
    { field: "readAheadMBps", label: "reading ahead", unit: "MB/s", better: "higher", digits: 2 },
  ],
  ours: { p95Ms: 100, readAheadMBps: 1.125 },
  peers: { pion: { p95Ms: 4000, readAheadMBps: 0.5, drops: 7 }, "a<b": { p95Ms: null, readAheadMBps: 0 } },
  limits: { link: { p95Ms: 50, readAheadMBps: 1.25 } },
  notes: ["A note."],
};
