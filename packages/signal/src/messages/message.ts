import * as v from "valibot";
import { parseAs } from "../encoding/json.ts";
import { MAX_LINE_BYTES } from "./event-limits.ts";

/** Who a message is from (protocol 1.1): the `browser` makes the offer, the `agent` has the file. */
export type SignalSide = "browser" | "agent";

/** What a message is (protocol 1.1). */
export type SignalType = "offer" | "answer" | "candidate" | "candidate-end" | "bye";

/** One message of a session, as both sides post and read it. */
export interface SignalMessage {
  readonly from: SignalSide;
  readonly type: SignalType;
  /** Text whose form the type decides; sealed on a share's session. */
  readonly payload: string;
  /** When the relay took it, milliseconds since 1970; only on messages that were read. */
  readonly ts?: number;
}

/** `candidate-end` and `bye` may come without a payload, which is empty then; a `ts` that is no number is as none. */
const signalMessage = v.object({
  from: v.picklist(["browser", "agent"]),
  type: v.picklist(["offer", "answer", "candidate", "candidate-end", "bye"]),
  payload: v.optional(v.pipe(v.string(), v.maxLength(MAX_LINE_BYTES)), ""),
  ts: v.fallback(v.optional(v.number()), undefined),
});

/** Parses what a stranger wrote (an event's data, a request's body). Unknown fields are ignored; anything else than a message is undefined. */
export function parseSignalMessage(value: unknown): SignalMessage | undefined {
  const parsed = parseAs(signalMessage, value);
  if (parsed === undefined) return undefined;
  const { ts, ...message } = parsed;
  return ts === undefined ? message : { ...message, ts };
}
