import { REGISTRATION_TOLERANCE_MS } from "@rangecast/signal";
import { type Check, fail, pass, skip, warn } from "../check.ts";

/** From here on it is worth a word, milliseconds: a clock that runs away by itself is not far from the limit. */
const NOTABLE_MS = 60_000;
const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const SET_IT = "Set the clocks by the network (NTP), here and on the relay.";

/** A relay refuses what is signed at another time than its own (PROTOCOL.md, L-1). */
export const clockCheck: Check = {
  name: "clock",
  deadlineMs: 1000,
  lateAdvice: SET_IT,
  run: async ({ clockAheadMs }) => {
    if (clockAheadMs === undefined) return skip("the relay did not say its time");
    const apart = Math.abs(clockAheadMs);
    if (apart < NOTABLE_MS) return pass(`${Math.round(apart / SECOND_MS)} s apart from the relay's`);
    const found = `this computer's clock is ${Math.round(apart / MINUTE_MS)} min ${clockAheadMs > 0 ? "ahead of" : "behind"} the relay's`;
    return apart > REGISTRATION_TOLERANCE_MS ? fail(`${found}, which refuses shares then`, SET_IT) : warn(found, SET_IT);
  },
};
