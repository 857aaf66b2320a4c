/* Who takes part: each is a daemon with a transport, and how the browser uses it. */
import type { Way } from "../../page/api.ts";
import { OURS } from "../report/report.ts";

/** Which daemon serves: ours over our own transport, ours over node-datachannel, or pion's. */
export type DaemonKind = "own" | "native" | "pion";

export interface Contestant {
  /** Its name in the JSON. */
  readonly name: string;
  readonly daemon: DaemonKind;
  readonly way: Way;
}

export const NODE_DATACHANNEL = "node-datachannel";
export const OURS_FIREHOSE = "ours-firehose";

/** The transport of `ours` (RANGECAST_TRANSPORT). */
const OUR_TRANSPORT = "own";

export const CONTESTANTS: readonly Contestant[] = [
  { name: OURS, daemon: OUR_TRANSPORT, way: "ours" },
  { name: NODE_DATACHANNEL, daemon: "native", way: "ours" },
  { name: "pion", daemon: "pion", way: "firehose" },
  { name: OURS_FIREHOSE, daemon: OUR_TRANSPORT, way: "firehose" },
];
