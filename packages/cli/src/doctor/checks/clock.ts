import { REGISTRATION_TOLERANCE_MS } from "@rangecast/signal";
import { formatDuration } from "../../format.ts";
import { type Check, fail, pass, skip, warn } from "../check.ts";

/** A larger difference is a warning, milliseconds: a clock that drifts may soon exceed the limit. */
const NOTABLE_MS = 60_000;
const SECOND_MS = 1000;
export const SET_CLOCKS = "Synchronize the clocks with NTP, here and on the relay.";

/** Compares the clocks: a relay refuses registrations signed with another time (PROTOCOL.md, L-1). */
export const clockCheck: Check = {
  name: "clock",
  run: async ({ clockAheadMs }) => {
    if (clockAheadMs === undefined) return skip("the relay did not send its time");
    const apart = Math.abs(clockAheadMs);
    if (apart < NOTABLE_MS) return pass(`differs from the relay's by ${Math.round(apart / SECOND_MS)} s`);
    const found = describeClocks(clockAheadMs);
    return apart > REGISTRATION_TOLERANCE_MS ? fail(`${found}, so the relay refuses shares`, SET_CLOCKS) : warn(found, SET_CLOCKS);
  },
};

/** The difference, with this computer's date, so that the user can see which of the two clocks is wrong. */
export function describeClocks(aheadMs: number, nowMs: number = Date.now()): string {
  const apart = formatDuration(Math.abs(aheadMs) / SECOND_MS);
  return `this computer's clock (${utc(nowMs)}) is ${apart} ${aheadMs > 0 ? "ahead of" : "behind"} the relay's`;
}

/** `2026-01-02 03:04 UTC` */
function utc(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, "2026-01-02T03:04".length).replace("T", " ")} UTC`;
}
