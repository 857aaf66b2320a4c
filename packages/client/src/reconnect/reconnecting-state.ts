/*
 * The connection state of a ReconnectingFile, as a pure value: an event in, the next state out. Sessions and timers are in supervisor.ts.
 */
import type { ClientError } from "../client-error.ts";
import type { ClientPhase } from "../session/client-state.ts";

/** The steps of an attempt; see ClientState. */
export type ConnectStep = Extract<ClientPhase, "joining" | "offering" | "connecting">;

/**
 * Why the current connection is to be replaced:
 * - `silent`: the host doesn't answer
 * - `renew`: the caller asked for a new session
 */
export type Suspicion = "silent" | "renew";

/** An attempt is in progress. */
export interface Connecting {
  readonly phase: "connecting";
  readonly step: ConnectStep;
  /** 1 for the first attempt, and for the first after a connection that lasted. */
  readonly attempt: number;
  /** Why the attempt or the connection before it failed; undefined for the very first attempt. */
  readonly after: ClientError | undefined;
}

/** The next attempt is scheduled. */
export interface Waiting {
  readonly phase: "waiting";
  /** Number of failed attempts in a row. */
  readonly attempt: number;
  /** Why the last attempt, or the connection, failed. */
  readonly error: ClientError;
  /** When the next attempt is, milliseconds since 1970. */
  readonly retryAtMs: number;
}

/** The current connection works, as far as is known. */
export interface Connected {
  readonly phase: "connected";
}

/** The current connection may be lost, or is to be renewed. Another one is opened beside it; the first of the two that works stays. */
export interface Suspected {
  readonly phase: "suspect";
  readonly suspicion: Suspicion;
  /** The attempts at the other connection; undefined if none is made. */
  readonly beside: Connecting | Waiting | undefined;
}

/** The file has ended for good. */
export interface Ended {
  readonly phase: "ended";
  /** `closed` if this side closed it. */
  readonly error: ClientError;
}

export type ReconnectingState = Connecting | Waiting | Connected | Suspected | Ended;
export type ReconnectingPhase = ReconnectingState["phase"];

export type ReconnectingEvent =
  /** An attempt started, or reached its next step. */
  | { readonly type: "trying"; readonly step: ConnectStep; readonly attempt: number }
  /** An attempt failed, and the next one is scheduled. */
  | { readonly type: "failed"; readonly error: ClientError; readonly attempt: number; readonly retryAtMs: number }
  /** A session's HELLO arrived: it is the current one from now on. */
  | { readonly type: "greeted" }
  | { readonly type: "suspected"; readonly suspicion: Suspicion }
  /** The silent host answered: no other connection is opened. */
  | { readonly type: "cleared" }
  /** The current connection is gone. If no attempt is in progress, one follows at `retryAtMs`. */
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
    trying: (now, event) => (isAt(now, event) ? now : nextStep(event, now.after)),
    failed: wait,
    greeted: connected,
    suspected: stay,
    cleared: stay,
    lost: stay,
    ended,
  },
  waiting: {
    trying: ({ error }, event) => nextStep(event, error),
    failed: wait,
    greeted: connected,
    suspected: stay,
    cleared: stay,
    lost: stay,
    ended,
  },
  connected: { trying: stay, failed: stay, greeted: stay, suspected: suspect, cleared: stay, lost: wait, ended },
  suspect: {
    trying: (now, event) => (isAt(now.beside, event) ? now : { ...now, beside: nextStep(event, errorOf(now.beside)) }),
    failed: (now, event) => ({ ...now, beside: wait(now, event) }),
    greeted: connected,
    suspected: (now, { suspicion }) => (now.suspicion === suspicion ? now : { ...now, suspicion }),
    cleared: connected,
    lost: (now, event) => continueBeside(now, event),
    ended,
  },
  ended: { trying: stay, failed: stay, greeted: stay, suspected: stay, cleared: stay, lost: stay, ended: stay },
};

function isAt(now: Connecting | Waiting | undefined, { step, attempt }: EventOf<"trying">): boolean {
  return now?.phase === "connecting" && now.step === step && now.attempt === attempt;
}

function nextStep({ step, attempt }: EventOf<"trying">, after: ClientError | undefined): Connecting {
  return { phase: "connecting", step, attempt, after };
}

/** The attempts that were made beside the lost connection continue. */
function continueBeside({ beside }: Suspected, event: EventOf<"lost">): ReconnectingState {
  if (beside === undefined) return wait(CONNECTED, event);
  return beside.phase === "waiting" ? beside : { ...beside, after: event.error };
}

function errorOf(beside: Suspected["beside"]): ClientError | undefined {
  return beside?.phase === "waiting" ? beside.error : beside?.after;
}

/** The state after an event; the same object if nothing changes. */
export function nextReconnectingState(now: ReconnectingState, event: ReconnectingEvent): ReconnectingState {
  const cell = TABLE[now.phase][event.type] as (now: ReconnectingState, event: ReconnectingEvent) => ReconnectingState;
  return cell(now, event);
}
