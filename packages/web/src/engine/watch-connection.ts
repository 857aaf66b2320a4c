/* Follows the states of a ReconnectingFile, and dispatches what the page shows of them. */
import type { ReconnectingState } from "@rangecast/client";
import type { ConnectionEvent } from "../shared/messages/connection-event.ts";
import type { EngineFile } from "./connect.ts";
import { eventOf } from "./connection-events.ts";

/** A first attempt that takes longer than this is explained on the page, milliseconds. Most take less than one second. */
export const SLOW_AFTER_MS = 3_000;
/** Interval between two path reports while connected, milliseconds. */
const PATH_INTERVAL_MS = 5_000;

/** @returns what to call with each state of the file; it stops its timers when the file has ended */
export function watchConnection(getFile: () => EngineFile, dispatch: (event: ConnectionEvent) => void): (state: ReconnectingState) => void {
  let phase: ReconnectingState["phase"] | undefined;
  let slowTimer: ReturnType<typeof setTimeout> | undefined;
  let pathTimer: ReturnType<typeof setInterval> | undefined;

  const reportPath = async (): Promise<void> => {
    const file = getFile();
    const path = await file.path();
    // The path's own round trip; that of the channel includes what is queued there.
    const rttMs = path?.rttMs ?? file.stats().rttMs;
    if (path) dispatch({ type: "path", path: { ...path, ...(rttMs === undefined ? {} : { rttMs }) } });
  };
  // A connection that is being closed has no statistics.
  const tryToReportPath = (): void => void reportPath().catch(() => undefined);

  return (state) => {
    const event = eventOf(state, phase);
    if (phase === undefined) slowTimer = setTimeout(() => dispatch({ type: "slow" }), SLOW_AFTER_MS);
    phase = state.phase;
    if (phase !== "connecting") clearTimeout(slowTimer);
    if (event !== undefined) dispatch(event);
    if (phase === "ended") clearInterval(pathTimer);
    if (phase !== "connected") return;
    pathTimer ??= setInterval(tryToReportPath, PATH_INTERVAL_MS);
    tryToReportPath();
  };
}
