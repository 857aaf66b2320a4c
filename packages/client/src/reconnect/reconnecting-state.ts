/*
 * How a lasting file stands to its host, as a pure value: an event in, the next state out. Sessions and timers stand outside (supervisor.ts).
 */
import type { ClientError } from "../client-error.ts";
import type { ClientPhase } from "../session/client-state.ts";

/** How far an attempt is; see ClientState. */
export type ConnectStep = Extract<ClientPhase, "joining" | "offering" | "connecting">;

/**
 * Why a connection is doubted:
 * - `silent`: nothing is heard of the host any more, though it was asked
 * - `renew`: the caller wants to hear what the file is now
 */
export type Suspicion = "silent" | "renew";

/** An attempt is under way. */
export interface Connecting {
  readonly phase: "connecting";
  readonly step: ConnectStep;
  /** 1 for the first since a connection that lasted. */
  readonly attempt: number;
  /** Why the last attempt, or the connection before it, failed; undefined for the first attempt of all. */
  readonly after: ClientError | undefined;
}

/** The next attempt follows by itself. */
export interface Waiting {
  readonly phase: "waiting";
  /** Attempts that failed in a row. */
  readonly attempt: number;
  /** Why the last attempt, or the connection, failed. */
  readonly error: ClientError;
  /** When the next attempt is, milliseconds since 1970. */
  readonly retryAtMs: number;
}

/** A connection stands, and nothing speaks against it. */
export interface Connected {
  readonly phase: "connected";
}

/** A connection stands but is doubted, and another is sought beside it: whichever works goes on. */
export interface Suspected {
  readonly phase: "suspect";
  readonly suspicion: Suspicion;
  /** The search for the other one; undefined where there is none to be sought. */
  readonly beside: Connecting | Waiting | undefined;
}

/** Over for good. */
export interface Ended {
  readonly phase: "ended";
  /** `closed` where this side wanted it. */
  readonly error: ClientError;
}

export type ReconnectingState = Connecting | Waiting | Connected | Suspected | Ended;
export type ReconnectingPhase = ReconnectingState["phase"];

export type ReconnectingEvent =
  /** An attempt begins, or gets on. */
  | { readonly type: "trying"; readonly step: ConnectStep; readonly attempt: number }
  /** An attempt failed, or waits for its time. */
  | { readonly type: "failed"; readonly error: ClientError; readonly attempt: number; readonly retryAtMs: number }
  /** A session is greeted, and is the one that counts from now on. */
  | { readonly type: "greeted" }
  | { readonly type: "suspected"; readonly suspicion: Suspicion }
  /** The doubted connection spoke: no other is sought. */
  | { readonly type: "cleared" }
  /** The connection is gone. Where no attempt is under way, one follows at the time that is named. */
  | { readonly type: "lost"; readonly error: ClientError; readonly attempt: number; readonly retryAtMs: number }
  | { readonly type: "ended"; readonly error: ClientError };

type EventType = ReconnectingEvent["type"];
type EventOf<Type extends EventType> = Extract<ReconnectingEvent, { readonly type: Type }>;
type StateOf<Phase extends ReconnectingPhase> = Extract<ReconnectingState, { readonly phase: Phase }>;
type Table = {
  readonly [Phase in ReconnectingPhase]: { readonly [Type in EventType]: (now: StateOf<Phase>, event: EventOf<Type>) => ReconnectingState };
};

export const FIRST_STATE: ReconnectingState = { phase: "connecting", step: "joining", attempt: 1, after: undefined };
const CONNECTED: Connected = { phase: "connected" };

const stay = (now: ReconnectingState): ReconnectingState => now;
const connected = (): ReconnectingState => CONNECTED;
const ended = (_now: ReconnectingState, { error }: EventOf<"ended">): ReconnectingState => ({ phase: "ended", error });
const wait = (_now: ReconnectingState, { error, attempt, retryAtMs }: Omit<EventOf<"failed">, "type">): Waiting => ({
  phase: "waiting",
  attempt,
  error,
  retryAtMs,
});
const suspect = (_now: ReconnectingState, { suspicion }: EventOf<"suspected">): ReconnectingState => ({
  phase: "suspect",
  suspicion,
  beside: undefined,
});

/** Every event in every phase. */
const TABLE: Table = {
  connecting: {
    trying: (now, event) => (isAt(now, event) ? now : tryOn(event, now.after)),
    failed: wait,
    greeted: connected,
    suspected: stay,
    cleared: stay,
    lost: stay,
    ended,
  },
  waiting: {
    trying: ({ error }, event) => tryOn(event, error),
    failed: wait,
    greeted: connected,
    suspected: stay,
    cleared: stay,
    lost: stay,
    ended,
  },
  connected: { trying: stay, failed: stay, greeted: stay, suspected: suspect, cleared: stay, lost: wait, ended },
  suspect: {
    trying: (now, event) => (isAt(now.beside, event) ? now : { ...now, beside: tryOn(event, errorOf(now.beside)) }),
    failed: (now, event) => ({ ...now, beside: wait(now, event) }),
    greeted: connected,
    suspected: (now, { suspicion }) => (now.suspicion === suspicion ? now : { ...now, suspicion }),
    cleared: connected,
    lost: (now, event) => goOnBeside(now, event),
    ended,
  },
  ended: { trying: stay, failed: stay, greeted: stay, suspected: stay, cleared: stay, lost: stay, ended: stay },
};

function isAt(now: Connecting | Waiting | undefined, { step, attempt }: EventOf<"trying">): boolean {
  return now?.phase === "connecting" && now.step === step && now.attempt === attempt;
}

function tryOn({ step, attempt }: EventOf<"trying">, after: ClientError | undefined): Connecting {
  return { phase: "connecting", step, attempt, after };
}

/** What was sought beside the lost connection is all that is left. */
function goOnBeside({ beside }: Suspected, event: EventOf<"lost">): ReconnectingState {
  if (beside === undefined) return wait(CONNECTED, event);
  return beside.phase === "waiting" ? beside : { ...beside, after: event.error };
}

function errorOf(beside: Suspected["beside"]): ClientError | undefined {
  return beside?.phase === "waiting" ? beside.error : beside?.after;
}

/** The state after an event; the same object where nothing changes. */
export function nextReconnectingState(now: ReconnectingState, event: ReconnectingEvent): ReconnectingState {
  const cell = TABLE[now.phase][event.type] as (now: ReconnectingState, event: ReconnectingEvent) => ReconnectingState;
  return cell(now, event);
}
