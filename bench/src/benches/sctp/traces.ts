import type { TransportSample } from "../../rig/firehose.ts";
import { type TracePanel, toTraceSvg } from "../../report/trace-plot.ts";

const MS_PER_SECOND = 1000;
const BYTES_PER_MS_OF_MB = 1000;
const BYTES_PER_KB = 1000;

/** What our transport told about itself in a run. */
export interface TracedRun {
  readonly label: string;
  readonly samples: readonly TransportSample[];
}

/** Rate, bytes in flight and round trip over time, as an SVG. */
export function tracesOf(runs: readonly TracedRun[]): string {
  const panel = (title: string, value: (sample: TransportSample, before: TransportSample) => number): TracePanel => ({
    title,
    traces: runs.map(({ label, samples }) => ({
      label,
      points: samples.slice(1).map((sample, index) => {
        const start = samples[0]?.ms ?? 0;
        return [(sample.ms - start) / MS_PER_SECOND, value(sample, samples[index] ?? sample)] as const;
      }),
    })),
  });
  return toTraceSvg("rangecast benchmark: sctp over time", [
    panel(
      "acknowledged (MB/s)",
      (sample, before) => (sample.deliveredBytes - before.deliveredBytes) / (sample.ms - before.ms) / BYTES_PER_MS_OF_MB,
    ),
    panel("in flight (KB)", ({ inflightBytes }) => inflightBytes / BYTES_PER_KB),
    panel("round trip (ms)", ({ roundTripMs }) => roundTripMs),
  ]);
}
