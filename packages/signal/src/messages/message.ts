import * as v from "valibot";
import { parseAs } from "../encoding/json.ts";

/** Longest line of an event stream that a reader accepts, bytes without its end (S-3). */
export const MAX_LINE_BYTES: number = 256 * 1024;
/** Largest event that a reader accepts, bytes of its lines without comments (S-3). */
export const MAX_EVENT_BYTES: number = 1024 * 1024;

/** The base protocol's roles: the `browser` (viewer) makes the offer, the `agent` (daemon) has the file. */
export type SignalSide = "browser" | "agent";

/** A message's type (PROTOCOL.md, section 2). */
export type SignalType = "offer" | "answer" | "candidate" | "candidate-end" | "bye";

/** One message of a session, as both sides post and read it. */
export interface SignalMessage {
  readonly from: SignalSide;
  readonly type: SignalType;
  /** Text whose format depends on the type; sealed on a share's session. */
  readonly payload: string;
  /** When the relay received it, milliseconds since 1970; only on messages that were read. */
  readonly ts?: number;
}

/** `candidate-end` and `bye` may have no payload, which then is empty; a `ts` that is not a number is ignored. */
const signalMessage = v.object({
  from: v.picklist(["browser", "agent"]),
  type: v.picklist(["offer", "answer", "candidate", "candidate-end", "bye"]),
  payload: v.optional(v.pipe(v.string(), v.maxLength(MAX_LINE_BYTES)), ""),
  ts: v.fallback(v.optional(v.number()), undefined),
});

/** Parses untrusted JSON: an event's data or a request's body. Ignores unknown fields. @returns undefined if it is not a message */
export function parseSignalMessage(value: unknown): SignalMessage | undefined {
  const parsed = parseAs(signalMessage, value);
  if (parsed === undefined) return undefined;
  const { ts, ...message } = parsed;
  return ts === undefined ? message : { ...message, ts };
}
