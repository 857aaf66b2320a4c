/*
 * The browser's side of a session as a pure state machine. Sockets and timers are in session.ts, which feeds events to nextStep and performs the
 * effects. Joining a share comes before (dial.ts): it only yields what a session needs.
 *
 *   offering ──offer-posted──▶ waiting ──answer──▶ verifying ──answer-verified──▶ connecting ──greeted──▶ open
 *      │                          │                    │                              │                    │
 *      │ failed                   │ failed, bye,       │ failed, bye,                 │ failed, bye,       │
 *      │                          │ relay-lost,        │ deadline                     │ deadline           │
 *      ▼                          ▼ deadline           ▼                              ▼                    ▼
 *    ended ◀──────────────────────────── ended (from every state: closed, aborted, channel or transport over)
 *
 * HELLO (`greeted`) opens a session from every state before `open`.
 *
 * An open session may restart ICE while its channel goes on: the same offer, answer and candidates once more.
 *
 *   open ──restart──▶ restarting: offering ──restart-offered──▶ waiting ──answer──▶ verifying ──answer-verified──▶ accepting ──restart-accepted──▶ open
 */
import { type OutgoingSignal, SignalError } from "@rangecast/signal";
import { ClientError } from "../client-error.ts";
import { closeReasonOf, toClientError } from "../expected-errors.ts";
import type { ClientState, CloseReason } from "./client-state.ts";

/** Longest wait for the answer after the offer was posted, milliseconds: a relay drops a session that isn't accepted within 15 s. */
export const ANSWER_WAIT_MS = 20_000;

/** Longest wait for the channel after the answer, milliseconds: as long as agents wait. */
export const CHANNEL_WAIT_MS = 30_000;

/**
 * How long the event stream stays open after the channel opened, milliseconds (B-2). Later candidates are of no use, and a browser has only six
 * connections to an origin, which other tabs need.
 */
export const SIGNAL_LINGER_MS = 10_000;

/** The same after a `candidate-end`, milliseconds: some agents post it before candidates that are still on their way (B-1). */
export const ENDED_LINGER_MS = 1000;

/** Local candidates that are kept until the offer is posted; a browser gathers a few dozen at most. */
const MAX_EARLY_CANDIDATES = 128;

export type SessionState =
  /** The offer is being made and posted. */
  | { readonly name: "offering"; readonly candidates: readonly OutgoingSignal[] }
  /** Waiting for the answer. */
  | { readonly name: "waiting"; readonly hostGathered: boolean }
  /** Checking that the answer is the host's. */
  | { readonly name: "verifying"; readonly hostGathered: boolean }
  /** The transport has the answer; waiting for HELLO. */
  | { readonly name: "connecting"; readonly hostGathered: boolean }
  | { readonly name: "open" }
  /** Open, and ICE is being restarted. `candidates` are kept until the offer is posted. */
  | {
      readonly name: "restarting";
      readonly step: "offering" | "waiting" | "verifying" | "accepting";
      readonly candidates: readonly OutgoingSignal[];
    }
  | { readonly name: "ended"; readonly end: CloseReason };

export type SessionEvent =
  | { readonly type: "offer-posted" }
  /** A local candidate, or the end of them. */
  | { readonly type: "local-candidate"; readonly message: OutgoingSignal }
  | { readonly type: "answer"; readonly payload: string }
  | { readonly type: "answer-verified"; readonly sdp: string }
  | { readonly type: "candidate"; readonly payload: string }
  | { readonly type: "candidate-end" }
  | { readonly type: "bye"; readonly payload: string }
  | { readonly type: "relay-lost"; readonly error: SignalError }
  /** The path may be gone: ICE is to be restarted. */
  | { readonly type: "restart" }
  /** The offer that restarts ICE is made. */
  | { readonly type: "restart-offered"; readonly payload: string }
  /** The transport has the answer to it. */
  | { readonly type: "restart-accepted" }
  /** HELLO arrived. */
  | { readonly type: "greeted" }
  /** The transport receives nothing, but may recover. */
  | { readonly type: "disconnected" }
  | { readonly type: "deadline" }
  /** A step of the negotiation failed. */
  | { readonly type: "failed"; readonly error: unknown }
  | { readonly type: "ended"; readonly end: CloseReason };

/** What the driver does after an event, in order. */
export type SessionEffect =
  | { readonly do: "read-signals" }
  | { readonly do: "post"; readonly message: OutgoingSignal }
  | { readonly do: "verify-answer"; readonly payload: string }
  | { readonly do: "accept-answer"; readonly sdp: string }
  | { readonly do: "add-candidate"; readonly payload: string }
  /** Make an offer that restarts ICE. */
  | { readonly do: "offer-restart" }
  /** Pass the answer to it to the transport. */
  | { readonly do: "accept-restart"; readonly sdp: string }
  /** Tell the caller whether the restart was negotiated. */
  | { readonly do: "report-restart"; readonly negotiated: boolean }
  /** Start the deadline, in place of the one before. */
  | { readonly do: "start-deadline"; readonly ms: number }
  | { readonly do: "stop-deadline" }
  /** Stop reading signals after this time. */
  | { readonly do: "linger"; readonly ms: number }
  /** Treat the host as silent until a message arrives. */
  | { readonly do: "doubt" }
  /** Take everything down. `error` is what opening the file fails with, if it was not open. */
  | { readonly do: "end"; readonly end: CloseReason; readonly error: unknown };

export interface Step {
  readonly state: SessionState;
  readonly effects: readonly SessionEffect[];
}

export const INITIAL_STATE: SessionState = { name: "offering", candidates: [] };

type StateOf<Name extends SessionState["name"]> = Extract<SessionState, { name: Name }>;
type EventOf<Type extends SessionEvent["type"]> = Extract<SessionEvent, { type: Type }>;
type Row<Name extends SessionState["name"]> = {
  readonly [Type in SessionEvent["type"]]: (state: StateOf<Name>, event: EventOf<Type>) => Step;
};
type Table = { readonly [Name in SessionState["name"]]: Row<Name> };

/** The next state, and the effects of the event. The table is total: a missing cell does not compile. */
export function nextStep(state: SessionState, event: SessionEvent): Step {
  const cell = TABLE[state.name][event.type] as (state: SessionState, event: SessionEvent) => Step;
  return cell(state, event);
}

/** What callers see of a session's state. */
export function clientState(state: SessionState): ClientState {
  switch (state.name) {
    case "offering":
    case "waiting":
    case "verifying":
      return { phase: "offering" };
    case "connecting":
    case "open":
      return { phase: state.name };
    case "restarting":
      return { phase: "open" };
    case "ended":
      return { phase: "closed", ...state.end };
  }
}

const go = (state: SessionState, ...effects: SessionEffect[]): Step => ({ state, effects });
const stay = (state: SessionState): Step => go(state);
const finish = ({ reason, message }: CloseReason, error: unknown = new ClientError(reason, message)): Step => {
  const end = { reason, message };
  return go({ name: "ended", end }, { do: "end", end, error });
};
const fail = (error: unknown): Step => finish(closeReasonOf(error), toClientError(error) ?? error);
/** An event that follows from an effect which this state can't be in. */
const impossible = (state: SessionState, event: SessionEvent): Step => {
  throw new Error(`${event.type} can't happen in ${state.name}`);
};

const onFailed = (_state: SessionState, event: EventOf<"failed">): Step => fail(event.error);
const onEnded = (_state: SessionState, event: EventOf<"ended">): Step => finish(event.end);
const onBye = (_state: SessionState, event: EventOf<"bye">): Step =>
  finish(REFUSALS.get(event.payload) ?? { reason: "unreadable", message: "the host can't serve its file" });
const onDisconnected = (state: SessionState): Step => go(state, { do: "doubt" });
const postCandidate = (state: SessionState, event: EventOf<"local-candidate">): Step => go(state, { do: "post", message: event.message });
const addCandidate = (state: SessionState, event: EventOf<"candidate">): Step => go(state, { do: "add-candidate", payload: event.payload });
const onHostGathered = (state: StateOf<"waiting"> | StateOf<"verifying"> | StateOf<"connecting">): Step =>
  go({ ...state, hostGathered: true });
const noAnswer = (cause?: SignalError): Step =>
  fail(new ClientError("timeout", "the host did not answer", cause === undefined ? {} : { cause }));
const noPath = (): Step => finish({ reason: "no-connection", message: "no path to the host was found" });
const open = (hostGathered: boolean): Step =>
  go({ name: "open" }, { do: "stop-deadline" }, { do: "linger", ms: hostGathered ? ENDED_LINGER_MS : SIGNAL_LINGER_MS });
const onGreeted = (state: StateOf<"waiting"> | StateOf<"verifying"> | StateOf<"connecting">): Step => open(state.hostGathered);

/** Payloads of an agent's `bye` before the channel is open (L-10). Any other means that the file can't be served. */
const REFUSALS: ReadonlyMap<string, CloseReason> = new Map([
  ["limit", { reason: "busy", message: "the host serves too many viewers" }],
  ["stopped", { reason: "host-stopped", message: "the host stopped sharing" }],
  ["revoked", { reason: "host-revoked", message: "the host revoked the link" }],
  ["expired", { reason: "link-expired", message: "the link has expired" }],
  ["used-up", { reason: "used-up", message: "the file was downloaded as often as the host allows" }],
  ["dropped", { reason: "dropped", message: "the host disconnected this viewer" }],
  ["gone", { reason: "file-gone", message: "the file is gone from the host: it was deleted, moved or renamed" }],
  ["unreadable", { reason: "unreadable", message: "the host can't read its file" }],
]);

/** The relay took the offer, so if it no longer knows the session, the host did not accept it in time. */
function relayLostUnanswered(_state: SessionState, { error }: EventOf<"relay-lost">): Step {
  const dropped = error.reason === "not-found" || error.reason === "unauthorized" || error.reason === "forbidden";
  return dropped ? noAnswer(error) : fail(error);
}

const offerRestart = (): Step => go({ name: "restarting", step: "offering", candidates: [] }, { do: "offer-restart" });

/** Whatever goes wrong with a restart, the session goes on as it was. A wrong answer isn't the host's: the right one may follow. */
const restartFailed = (state: StateOf<"restarting">): Step =>
  state.step === "verifying" ? go({ ...state, step: "waiting" }) : giveUpRestart();

const giveUpRestart = (): Step => go({ name: "open" }, { do: "linger", ms: ENDED_LINGER_MS }, { do: "report-restart", negotiated: false });

const keepOrPost = (state: StateOf<"restarting">, { message }: EventOf<"local-candidate">): Step => {
  if (state.step !== "offering") return go(state, { do: "post", message });
  return state.candidates.length < MAX_EARLY_CANDIDATES ? go({ ...state, candidates: [...state.candidates, message] }) : stay(state);
};

const TABLE: Table = {
  offering: {
    "offer-posted": (state) =>
      go(
        { name: "waiting", hostGathered: false },
        { do: "start-deadline", ms: ANSWER_WAIT_MS },
        ...state.candidates.map((message) => ({ do: "post", message }) as const),
        { do: "read-signals" },
      ),
    "local-candidate": (state, { message }) =>
      state.candidates.length < MAX_EARLY_CANDIDATES ? go({ ...state, candidates: [...state.candidates, message] }) : stay(state),
    answer: impossible,
    "answer-verified": impossible,
    candidate: impossible,
    "candidate-end": impossible,
    bye: impossible,
    "relay-lost": impossible,
    restart: impossible,
    "restart-offered": impossible,
    "restart-accepted": impossible,
    greeted: () => open(false),
    disconnected: onDisconnected,
    deadline: impossible,
    failed: onFailed,
    ended: onEnded,
  },
  waiting: {
    "offer-posted": impossible,
    "local-candidate": postCandidate,
    answer: (state, { payload }) => go({ name: "verifying", hostGathered: state.hostGathered }, { do: "verify-answer", payload }),
    "answer-verified": impossible,
    candidate: addCandidate,
    "candidate-end": onHostGathered,
    bye: onBye,
    "relay-lost": relayLostUnanswered,
    restart: impossible,
    "restart-offered": impossible,
    "restart-accepted": impossible,
    greeted: onGreeted,
    disconnected: onDisconnected,
    deadline: () => noAnswer(),
    failed: onFailed,
    ended: onEnded,
  },
  verifying: {
    "offer-posted": impossible,
    "local-candidate": postCandidate,
    // Only the first answer counts.
    answer: stay,
    "answer-verified": (state, { sdp }) =>
      go(
        { name: "connecting", hostGathered: state.hostGathered },
        { do: "start-deadline", ms: CHANNEL_WAIT_MS },
        { do: "accept-answer", sdp },
      ),
    candidate: addCandidate,
    "candidate-end": onHostGathered,
    bye: onBye,
    // Only a path is missing now, and that has a deadline of its own.
    "relay-lost": stay,
    restart: impossible,
    "restart-offered": impossible,
    "restart-accepted": impossible,
    greeted: onGreeted,
    disconnected: onDisconnected,
    deadline: () => noAnswer(),
    failed: onFailed,
    ended: onEnded,
  },
  connecting: {
    "offer-posted": impossible,
    "local-candidate": postCandidate,
    answer: stay,
    "answer-verified": impossible,
    candidate: addCandidate,
    "candidate-end": onHostGathered,
    bye: onBye,
    "relay-lost": stay,
    restart: impossible,
    "restart-offered": impossible,
    "restart-accepted": impossible,
    greeted: onGreeted,
    disconnected: onDisconnected,
    deadline: noPath,
    failed: onFailed,
    ended: onEnded,
  },
  open: {
    // HELLO came over a transport that needs no answer, before the offer was posted.
    "offer-posted": stay,
    "local-candidate": postCandidate,
    answer: stay,
    "answer-verified": stay,
    candidate: addCandidate,
    "candidate-end": (state) => go(state, { do: "linger", ms: ENDED_LINGER_MS }),
    // From now on a GOODBYE gives the reason.
    bye: stay,
    // The session no longer needs the relay.
    "relay-lost": stay,
    restart: offerRestart,
    "restart-offered": stay,
    "restart-accepted": stay,
    greeted: stay,
    // A lost packet or a new NAT binding must not end a film (RFC 8445): the host is only doubted.
    disconnected: onDisconnected,
    deadline: stay,
    failed: stay,
    ended: onEnded,
  },
  restarting: {
    "offer-posted": stay,
    "local-candidate": keepOrPost,
    answer: (state, { payload }) =>
      state.step === "waiting" ? go({ ...state, step: "verifying" }, { do: "verify-answer", payload }) : stay(state),
    "answer-verified": (state, { sdp }) =>
      state.step === "verifying" ? go({ ...state, step: "accepting" }, { do: "accept-restart", sdp }) : stay(state),
    candidate: addCandidate,
    // After the answer it shortens the time for which the event stream stays open.
    "candidate-end": stay,
    bye: stay,
    "relay-lost": giveUpRestart,
    // The network changed again.
    restart: (state) => (state.step === "offering" ? stay(state) : offerRestart()),
    "restart-offered": (state, { payload }) =>
      state.step === "offering"
        ? go(
            { name: "restarting", step: "waiting", candidates: [] },
            { do: "post", message: { type: "offer", payload } },
            ...state.candidates.map((message) => ({ do: "post", message }) as const),
            { do: "read-signals" },
          )
        : stay(state),
    "restart-accepted": (state) =>
      state.step === "accepting"
        ? go({ name: "open" }, { do: "linger", ms: SIGNAL_LINGER_MS }, { do: "report-restart", negotiated: true })
        : stay(state),
    greeted: stay,
    disconnected: onDisconnected,
    deadline: stay,
    failed: restartFailed,
    ended: onEnded,
  },
  ended: {
    "offer-posted": stay,
    "local-candidate": stay,
    answer: stay,
    "answer-verified": stay,
    candidate: stay,
    "candidate-end": stay,
    bye: stay,
    "relay-lost": stay,
    restart: stay,
    "restart-offered": stay,
    "restart-accepted": stay,
    greeted: stay,
    disconnected: stay,
    deadline: stay,
    failed: stay,
    ended: stay,
  },
};
