/*
 *   opening ──opened──▶ greeting ──hello──▶ open ──stopping──▶ leaving
 *      └───────────────────┴──────ended──────┴────────────────────┴──▶ closed
 *
 * This table is apart from the session's (session/session-state.ts): a range channel works on any data channel and knows nothing of how it was
 * negotiated. In one table every step of the negotiation would be multiplied by every step here.
 */
import type { CloseReason } from "../session/client-state.ts";

/**
 * - `opening`: the data channel is not open yet
 * - `greeting`: waiting for HELLO
 * - `open`: ranges may be requested
 * - `leaving`: the host is stopping (status 6); no new ranges, its GOODBYE follows with the reason
 * - `closed`: final
 */
export type RangeChannelState =
  | { readonly phase: "opening" }
  | { readonly phase: "greeting" }
  | { readonly phase: "open" }
  | { readonly phase: "leaving" }
  | ({ readonly phase: "closed" } & CloseReason);

export type RangeChannelPhase = RangeChannelState["phase"];

export type RangeChannelEvent =
  | { readonly type: "opened" }
  | { readonly type: "hello" }
  | { readonly type: "stopping" }
  | ({ readonly type: "ended" } & CloseReason);

type Cell = RangeChannelPhase | "stay";

/** Every event in every phase. */
const TABLE: Readonly<Record<RangeChannelPhase, Readonly<Record<RangeChannelEvent["type"], Cell>>>> = {
  opening: { opened: "greeting", hello: "stay", stopping: "stay", ended: "closed" },
  greeting: { opened: "stay", hello: "open", stopping: "stay", ended: "closed" },
  open: { opened: "stay", hello: "stay", stopping: "leaving", ended: "closed" },
  leaving: { opened: "stay", hello: "stay", stopping: "stay", ended: "closed" },
  closed: { opened: "stay", hello: "stay", stopping: "stay", ended: "stay" },
};

/** The state after an event; the same object if nothing changes. */
export function nextRangeChannelState(state: RangeChannelState, event: RangeChannelEvent): RangeChannelState {
  const cell = TABLE[state.phase][event.type];
  if (cell === "stay") return state;
  if (cell !== "closed") return { phase: cell };
  if (event.type !== "ended") throw new Error(`the table closes on ${event.type}`);
  return { phase: "closed", reason: event.reason, message: event.message };
}
