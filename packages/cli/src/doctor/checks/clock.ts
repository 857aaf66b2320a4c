import { REGISTRATION_TOLERANCE_MS } from "@rangecast/signal";
import { formatDuration } from "../../format.ts";
import { type Check, fail, pass, skip, warn } from "../check.ts";

/** From here on it is worth a word, milliseconds: a clock that runs away by itself is not far from the limit. */
const NOTABLE_MS = 60_000;
const SECOND_MS = 1000;
export const SET_CLOCKS = "Set the clocks by the network (NTP), here and on the relay.";

/** A relay refuses what is signed at another time than its own (PROTOCOL.md, L-1). */
export const clockCheck: Check = {
  name: "clock",
  deadlineMs: 1000,
  lateAdvice: SET_CLOCKS,
  run: async ({ clockAheadMs }) => {
    if (clockAheadMs === undefined) return skip("the relay did not say its time");
    const apart = Math.abs(clockAheadMs);
    if (apart < NOTABLE_MS) return pass(`${Math.round(apart / SECOND_MS)} s apart from the relay's`);
    const found = clockWords(clockAheadMs);
    return apart > REGISTRATION_TOLERANCE_MS ? fail(`${found}, which refuses shares then`, SET_CLOCKS) : warn(found, SET_CLOCKS);
  },
};

/** By how much, and what it says: somebody who sees the date knows at once which of the two is wrong. */
export function clockWords(aheadMs: number, nowMs: number = Date.now()): string {
  const apart = formatDuration(Math.abs(aheadMs) / SECOND_MS);
  return `this computer's clock (${utc(nowMs)}) is ${apart} ${aheadMs > 0 ? "ahead of" : "behind"} the relay's`;
}

/** `2026-01-02 03:04 UTC` */
function utc(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, "2026-01-02T03:04".length).replace("T", " ")} UTC`;
}
