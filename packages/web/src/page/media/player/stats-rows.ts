import type { LinkStats } from "../../../shared/messages/folder-messages.ts";
import { formatBytes, formatMs, formatRate } from "../../view/format.ts";

export type Row = readonly [label: string, value: string];

/** What is measured of the film and its connection. */
export interface Measured {
  readonly wayLine: string;
  /** Whether the bytes come directly or through a relay. */
  readonly path: string;
  readonly width: number;
  readonly height: number;
  /** Seconds that can be played without another byte. */
  readonly aheadS: number;
  readonly frames: { readonly total: number; readonly dropped: number } | undefined;
  readonly link: LinkStats | undefined;
  readonly bytesPerSecond: number | undefined;
  /** What the way of playing reports. */
  readonly facts: readonly Row[];
}

export function statsRows({ wayLine, path, width, height, aheadS, frames, link, bytesPerSecond, facts }: Measured): readonly Row[] {
  return [
    ...row("Way", wayLine),
    ...row("Path", path),
    ...row("Rate", bytesPerSecond === undefined ? "" : formatRate(bytesPerSecond)),
    ...row("Window", link?.windowBytes === undefined ? "" : formatBytes(link.windowBytes)),
    ...row("Round trip", link?.rttMs === undefined ? "" : formatMs(link.rttMs)),
    ...row("Picture", width > 0 ? `${width} × ${height}` : ""),
    ...row("Buffer", `${aheadS.toFixed(1)} s ahead`),
    ...row("Frames", frames ? `${frames.dropped} of ${frames.total} dropped` : ""),
    ...facts,
  ];
}

function row(label: string, value: string): Row[] {
  return value === "" ? [] : [[label, value]];
}
