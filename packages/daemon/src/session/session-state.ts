import type { CandidateInit, DataChannel } from "@rangecast/rtc";
import type { OutgoingSignal } from "@rangecast/signal";
import type { GoodbyeReason } from "@rangecast/wire";
import { SessionError } from "../daemon-error.ts";
import { failedEnd, type SessionEnd } from "./session-end.ts";

/*
 * The daemon's side of a session (PROTOCOL.md, section 2), as a pure function of state and event. session.ts holds the sockets and timers.
 *
 *   waiting-for-offer --offer--> answering --answer-made--> connecting --channel-open--> open
 *          |                         |                          |                         |
 *          | deadline                | deadline                 | deadline                | channel-closed
 *          | relay-lost              | relay-lost               | relay-lost              | channel-failed
 *          |                         | answer-failed            | answer-failed           | connection-failed
 *          |                         | connection-failed        | connection-failed       | connection-closed
 *          |                         | connection-closed        | connection-closed       |
 *          |                         |                          |                         |
 *          +--------- bye, stop -----+-------- bye, stop -------+-------- bye, stop ------+---> ended
 *
 * All other events leave the state's name as it is. "ended" ignores every event. In "open" a later offer may restart ICE: it is answered while the
 * channel goes on.
 */

/** What happens to a session: events of the signalling, the peer connection, the channel, the timer and our caller. */
export type SessionEvent =
  | { readonly type: "offer"; readonly payload: string }
  | { readonly type: "candidate"; readonly candidate: CandidateInit }
  | { readonly type: "bye"; readonly reason: string }
  | { readonly type: "relay-lost"; readonly error: Error }
  /** The answer is made: its payload as it is posted, and its SDP. `restartable`: the browser may restart ICE. */
  | { readonly type: "answer-made"; readonly payload: string; readonly sdp: string; readonly restartable: boolean }
  | { readonly type: "answer-failed"; readonly error: SessionError }
  /** The answer to an offer that restarts ICE is made. */
  | { readonly type: "restart-answered"; readonly payload: string; readonly sdp: string }
  | { readonly type: "restart-failed"; readonly error: unknown }
  | { readonly type: "local-candidate"; readonly candidate: CandidateInit }
  /** Gathering is complete: there are no more local candidates. */
  | { readonly type: "gathered" }
  | { readonly type: "connection-disconnected" }
  | { readonly type: "connection-failed" }
  | { readonly type: "connection-closed" }
  | { readonly type: "channel-open"; readonly channel: DataChannel }
  | { readonly type: "channel-closed" }
  /** The channel is open but unusable. */
  | { readonly type: "channel-failed"; readonly error: unknown }
  | { readonly type: "deadline" }
  | { readonly type: "stop"; readonly reason: GoodbyeReason; readonly message: string };

export type SessionEventType = SessionEvent["type"];

/** Maximum number of candidates kept until the answer is made, including those before the offer. A browser has fewer than 20. */
export const MAX_EARLY_CANDIDATES = 64;

/**
 * How often a browser may restart ICE in a session: each time this side opens sockets and asks servers. A relay stores about as many offers and answers;
 * after them the browser opens another session.
 */
export const MAX_RESTARTS = 16;

/** An offer is being answered. */
interface Answering {
  /** The browser's candidates, to be added when the answer is made. */
  readonly remote: readonly CandidateInit[];
  /** Ours, to be posted after the answer. */
  readonly local: readonly CandidateInit[];
  readonly gathered: boolean;
}

const NO_CANDIDATES: Answering = { remote: [], local: [], gathered: false };

export type SessionState =
  | { readonly name: "waiting-for-offer"; readonly remote: readonly CandidateInit[] }
  | ({ readonly name: "answering" } & Answering)
  /** `restarts`: how often ICE may still be restarted. */
  | { readonly name: "connecting"; readonly gathered: boolean; readonly restarts: number }
  /** `restart`: ICE is being restarted, and the answer is not made yet. */
  | { readonly name: "open"; readonly gathered: boolean; readonly restarts: number; readonly restart?: Answering }
  | { readonly name: "ended"; readonly end: SessionEnd };

/** What the driver does about an event, in order. */
export type SessionEffect =
  /** Create the peer connection, set the offer, make the answer, and restart the deadline. */
  | { readonly do: "answer"; readonly payload: string }
  /** Set the offer, which restarts ICE, and make its answer. */
  | { readonly do: "restart"; readonly payload: string }
  | { readonly do: "add-candidates"; readonly candidates: readonly CandidateInit[] }
  | { readonly do: "skip-candidate" }
  | { readonly do: "post"; readonly message: OutgoingSignal }
  | { readonly do: "serve"; readonly channel: DataChannel }
  | { readonly do: "ignore-channel"; readonly channel: DataChannel }
  | { readonly do: "warn"; readonly message: string; readonly error?: unknown }
  /** Close everything; with a goodbye, drain first. */
  | { readonly do: "end"; readonly end: SessionEnd; readonly goodbye?: { readonly reason: GoodbyeReason; readonly message: string } };

export interface Step {
  readonly state: SessionState;
  readonly effects: readonly SessionEffect[];
}

export const INITIAL_STATE: SessionState = { name: "waiting-for-offer", remote: [] };

type StateOf<Name extends SessionState["name"]> = Extract<SessionState, { name: Name }>;
type EventOf<Type extends SessionEventType> = Extract<SessionEvent, { type: Type }>;
type Row<Name extends SessionState["name"]> = { readonly [Type in SessionEventType]: (state: StateOf<Name>, event: EventOf<Type>) => Step };
type Table = { readonly [Name in SessionState["name"]]: Row<Name> };

/** The next state, and the effects of the event. The table is total: a missing cell does not compile. */
export function nextStep(state: SessionState, event: SessionEvent): Step {
  const cell = TABLE[state.name][event.type] as (state: SessionState, event: SessionEvent) => Step;
  return cell(state, event);
}

const go = (state: SessionState, ...effects: SessionEffect[]): Step => ({ state, effects });
const stay = (state: SessionState): Step => go(state);
const finish = (end: SessionEnd): Step => go({ name: "ended", end }, { do: "end", end });
const fail = (error: SessionError): Step => finish(failedEnd(error));

const onBye = (_state: SessionState, event: EventOf<"bye">): Step =>
  finish(
    event.reason === ""
      ? { reason: "bye", message: "the browser left" }
      : { reason: "bye", message: "the browser left", byeReason: event.reason },
  );
const onStop = (_state: SessionState, event: EventOf<"stop">): Step => {
  const end: SessionEnd = { reason: "stopped", message: event.message };
  return go({ name: "ended", end }, { do: "end", end, goodbye: { reason: event.reason, message: event.message } });
};
const onConnectionFailed = (): Step =>
  fail(new SessionError("connection-failed", "the peer connection failed: there is no network path to the browser"));
const onConnectionClosed = (): Step => finish({ reason: "connection-closed", message: "the peer connection was closed" });
const onRelayLost = (_state: SessionState, event: EventOf<"relay-lost">): Step =>
  fail(new SessionError("relay", `the relay can't be used: ${event.error.message}`, { cause: event.error }));
const onNoChannel = (): Step => fail(new SessionError("no-channel", "no data channel opened in time"));
const onAnswerFailed = (_state: SessionState, event: EventOf<"answer-failed">): Step => fail(event.error);
const addCandidate = (state: SessionState, event: EventOf<"candidate">): Step =>
  go(state, { do: "add-candidates", candidates: [event.candidate] });
const postCandidate = (state: SessionState, event: EventOf<"local-candidate">): Step =>
  go(state, { do: "post", message: candidateSignal(event.candidate) });
const postGathered = (state: StateOf<"connecting"> | StateOf<"open">): Step =>
  state.gathered ? stay(state) : go({ ...state, gathered: true }, { do: "post", message: CANDIDATE_END });
/** An event that our own driver never makes in this state. */
const impossible = (state: SessionState, event: SessionEvent): Step => {
  throw new Error(`${event.type} can't happen in ${state.name}`);
};

const CANDIDATE_END: OutgoingSignal = { type: "candidate-end", payload: "" };

function candidateSignal(candidate: CandidateInit): OutgoingSignal {
  return { type: "candidate", payload: JSON.stringify(candidate) };
}

function keepCandidate(state: StateOf<"waiting-for-offer"> | StateOf<"answering">, event: EventOf<"candidate">): Step {
  if (state.remote.length >= MAX_EARLY_CANDIDATES) return go(state, { do: "skip-candidate" });
  return go({ ...state, remote: [...state.remote, event.candidate] });
}

/** Posts the answer, then those of our candidates that it doesn't contain, and adds the browser's candidates. */
function answerEffects(
  { remote, local, gathered }: Answering,
  { payload, sdp }: { readonly payload: string; readonly sdp: string },
): SessionEffect[] {
  const left = local.filter(({ candidate = "" }) => !sdp.includes(candidate));
  return [
    { do: "post", message: { type: "answer", payload } },
    ...left.map((candidate): SessionEffect => ({ do: "post", message: candidateSignal(candidate) })),
    ...(gathered ? [{ do: "post", message: CANDIDATE_END } as const] : []),
    { do: "add-candidates", candidates: remote },
  ];
}

function answered(state: StateOf<"answering">, event: EventOf<"answer-made">): Step {
  const restarts = event.restartable ? MAX_RESTARTS : 0;
  return go({ name: "connecting", gathered: state.gathered, restarts }, ...answerEffects(state, event));
}

/**
 * A cell of `open`.
 * @param change what the event does to a restart whose answer is being made; undefined: its candidate is one too many
 * @param otherwise what it does at any other time
 */
const whileRestarting =
  <Type extends SessionEventType>(
    change: (restart: Answering, event: EventOf<Type>) => Answering | undefined,
    otherwise: (state: StateOf<"open">, event: EventOf<Type>) => Step,
  ) =>
  (state: StateOf<"open">, event: EventOf<Type>): Step => {
    if (state.restart === undefined) return otherwise(state, event);
    const restart = change(state.restart, event);
    return restart === undefined ? go(state, { do: "skip-candidate" }) : go({ ...state, restart });
  };

/** One restart at a time: a browser that sends the next offer before the answer has not waited. */
const onLaterOffer = (state: StateOf<"open">, { payload }: EventOf<"offer">): Step =>
  state.restart !== undefined || state.restarts === 0
    ? stay(state)
    : go({ ...state, restarts: state.restarts - 1, restart: NO_CANDIDATES }, { do: "restart", payload });

function restartAnswered({ restart = NO_CANDIDATES, ...state }: StateOf<"open">, event: EventOf<"restart-answered">): Step {
  return go({ ...state, gathered: restart.gathered }, ...answerEffects(restart, event));
}

const restartFailed = ({ restart: _restart, ...state }: StateOf<"open">, { error }: EventOf<"restart-failed">): Step =>
  go(state, { do: "warn", message: "the browser's ICE restart could not be answered; the session goes on as it was", error });

const TABLE: Table = {
  "waiting-for-offer": {
    offer: (state, event) => go({ ...NO_CANDIDATES, name: "answering", remote: state.remote }, { do: "answer", payload: event.payload }),
    candidate: keepCandidate,
    bye: onBye,
    "relay-lost": onRelayLost,
    "answer-made": impossible,
    "answer-failed": impossible,
    "restart-answered": impossible,
    "restart-failed": impossible,
    "local-candidate": impossible,
    gathered: impossible,
    "connection-disconnected": impossible,
    "connection-failed": impossible,
    "connection-closed": impossible,
    "channel-open": impossible,
    "channel-closed": impossible,
    "channel-failed": impossible,
    deadline: () => fail(new SessionError("no-offer", "no offer came in time")),
    stop: onStop,
  },
  answering: {
    offer: stay,
    candidate: keepCandidate,
    bye: onBye,
    "relay-lost": onRelayLost,
    "answer-made": answered,
    "answer-failed": onAnswerFailed,
    "restart-answered": impossible,
    "restart-failed": impossible,
    "local-candidate": (state, event) => go({ ...state, local: [...state.local, event.candidate] }),
    gathered: (state) => go({ ...state, gathered: true }),
    "connection-disconnected": stay,
    "connection-failed": onConnectionFailed,
    "connection-closed": onConnectionClosed,
    // The browser doesn't have our fingerprint yet, so this can't be its channel.
    "channel-open": (state, event) => go(state, { do: "ignore-channel", channel: event.channel }),
    "channel-closed": impossible,
    "channel-failed": impossible,
    deadline: onNoChannel,
    stop: onStop,
  },
  connecting: {
    offer: stay,
    candidate: addCandidate,
    bye: onBye,
    "relay-lost": onRelayLost,
    "answer-made": impossible,
    "answer-failed": onAnswerFailed,
    "restart-answered": impossible,
    "restart-failed": impossible,
    "local-candidate": postCandidate,
    gathered: postGathered,
    "connection-disconnected": stay,
    "connection-failed": onConnectionFailed,
    "connection-closed": onConnectionClosed,
    "channel-open": (state, event) => go({ ...state, name: "open" }, { do: "serve", channel: event.channel }),
    "channel-closed": impossible,
    "channel-failed": impossible,
    deadline: onNoChannel,
    stop: onStop,
  },
  open: {
    offer: onLaterOffer,
    candidate: whileRestarting(
      ({ remote, ...rest }, { candidate }) =>
        remote.length >= MAX_EARLY_CANDIDATES ? undefined : { ...rest, remote: [...remote, candidate] },
      addCandidate,
    ),
    bye: onBye,
    "relay-lost": (state, event) =>
      go(state, { do: "warn", message: "the relay was lost; the session continues without it", error: event.error }),
    "answer-made": impossible,
    "answer-failed": impossible,
    "restart-answered": restartAnswered,
    "restart-failed": restartFailed,
    "local-candidate": whileRestarting(({ local, ...rest }, { candidate }) => ({ ...rest, local: [...local, candidate] }), postCandidate),
    gathered: whileRestarting((restart) => ({ ...restart, gathered: true }), postGathered),
    "connection-disconnected": stay,
    "connection-failed": onConnectionFailed,
    "connection-closed": onConnectionClosed,
    "channel-open": (state, event) => go(state, { do: "ignore-channel", channel: event.channel }),
    "channel-closed": () => finish({ reason: "channel-closed", message: "the browser closed the channel" }),
    "channel-failed": (_state, event) => fail(new SessionError("channel-failed", "the channel refused a frame", { cause: event.error })),
    deadline: stay,
    stop: onStop,
  },
  ended: {
    offer: stay,
    candidate: stay,
    bye: stay,
    "relay-lost": stay,
    "answer-made": stay,
    "answer-failed": stay,
    "restart-answered": stay,
    "restart-failed": stay,
    "local-candidate": stay,
    gathered: stay,
    "connection-disconnected": stay,
    "connection-failed": stay,
    "connection-closed": stay,
    "channel-open": stay,
    "channel-closed": stay,
    "channel-failed": stay,
    deadline: stay,
    stop: stay,
  },
};
