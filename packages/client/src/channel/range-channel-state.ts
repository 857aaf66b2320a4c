import type { CloseReason } from "../session/client-state.ts";

/**
 * How far a channel is:
 * - `opening`: its channel isn't open yet
 * - `greeting`: the HELLO is awaited
 * - `open`: ranges may be asked for
 * - `leaving`: the agent said that it stops (status 6); no more ranges, why is yet to come (GOODBYE)
 * - `closed`: for good
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

/** Every event in every phase. A second HELLO changes nothing: it is dropped (PROTOCOL.md). */
const TABLE: Readonly<Record<RangeChannelPhase, Readonly<Record<RangeChannelEvent["type"], Cell>>>> = {
  opening: { opened: "greeting", hello: "stay", stopping: "stay", ended: "closed" },
  greeting: { opened: "stay", hello: "open", stopping: "stay", ended: "closed" },
  open: { opened: "stay", hello: "stay", stopping: "leaving", ended: "closed" },
  leaving: { opened: "stay", hello: "stay", stopping: "stay", ended: "closed" },
  closed: { opened: "stay", hello: "stay", stopping: "stay", ended: "stay" },
};

/** The state after an event; the same object where nothing changes. */
export function nextRangeChannelState(state: RangeChannelState, event: RangeChannelEvent): RangeChannelState {
  const cell = TABLE[state.phase][event.type];
  if (cell === "stay") return state;
  if (cell !== "closed") return { phase: cell };
  if (event.type !== "ended") throw new Error(`the table closes on ${event.type}`);
  return { phase: "closed", reason: event.reason, message: event.message };
}
