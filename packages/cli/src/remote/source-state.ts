import type { ClientError, ClientErrorReason, ReconnectingState } from "@rangecast/client";

/** The state of the connection to the host. */
export type SourceState =
  | { readonly phase: "connecting" }
  | { readonly phase: "connected" }
  /** There is no connection, and another attempt follows after `waitMs`. */
  | { readonly phase: "waiting"; readonly reason: ClientErrorReason; readonly message: string; readonly waitMs: number };

/** Reports a state only if it differs from the one before it: the client also reports the steps of an attempt. */
export function createStateReport(onState: (state: SourceState) => void): (state: ReconnectingState) => void {
  let last = "";
  return (clientState) => {
    const state = sourceStateOf(clientState);
    const key = JSON.stringify(state);
    if (state === undefined || key === last) return;
    last = key;
    onState(state);
  };
}

function sourceStateOf(state: ReconnectingState): SourceState | undefined {
  switch (state.phase) {
    case "connected":
      return { phase: "connected" };
    case "connecting":
      return state.after === undefined ? { phase: "connecting" } : waitingAfter(state.after, 0);
    case "waiting":
      return waitingAfter(state.error, Math.max(0, state.retryAtMs - Date.now()));
    case "suspect":
    case "ended":
      return undefined;
  }
}

function waitingAfter({ reason, message }: ClientError, waitMs: number): SourceState {
  return { phase: "waiting", reason, message, waitMs };
}
