import type { Logger } from "../output/logger.ts";
import type { SourceState } from "./source-state.ts";

/** Events of the connection to the host. They are also lines of `--json`. */
export type StateEvent =
  | { readonly event: "connecting" }
  /** The connection is lost; the next attempt starts in `wait` seconds. */
  | { readonly event: "reconnecting"; readonly reason: string; readonly message: string; readonly wait: number }
  | { readonly event: "reconnected" };

/** Reports the states of the source as events. The first connection is reported by `ready`. */
export function createStateEvents(report: (event: StateEvent) => void, logger: Logger): (state: SourceState) => void {
  let reported = false;
  let waiting = false;
  return (state) => {
    logger.debug("the state of the connection to the host", state);
    if (state.phase === "waiting") {
      waiting = true;
      report({ event: "reconnecting", reason: state.reason, message: state.message, wait: state.waitMs / 1000 });
    } else if (state.phase === "connected") {
      if (waiting) report({ event: "reconnected" });
      waiting = false;
    } else if (!reported) report({ event: "connecting" });
    reported = true;
  };
}
