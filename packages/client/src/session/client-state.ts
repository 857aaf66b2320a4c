import type { ClientErrorReason } from "../client-error.ts";

/** Why a file is closed: `reason` for programs, `message` for people (the host's own words, where it gave some). */
export interface CloseReason {
  readonly reason: ClientErrorReason;
  readonly message: string;
}

/**
 * How far the way to a file is:
 * - `joining`: the relay is asked for the share (not in plain mode)
 * - `offering`: the offer goes out; the host's answer is awaited
 * - `connecting`: the two look for a path; after that, for the host's HELLO
 * - `open`: the file can be read
 * - `closed`: for good
 */
export type ClientState =
  | { readonly phase: "joining" }
  | { readonly phase: "offering" }
  | { readonly phase: "connecting" }
  | { readonly phase: "open" }
  | ({ readonly phase: "closed" } & CloseReason);

export type ClientPhase = ClientState["phase"];

export type ClientEvent =
  | { readonly type: "joined" }
  | { readonly type: "answered" }
  | { readonly type: "greeted" }
  | ({ readonly type: "ended" } & CloseReason);

type Cell = ClientPhase | "stay";

/** Every event in every phase. An answer or a HELLO that comes again, or too late, changes nothing. */
const TABLE: Readonly<Record<ClientPhase, Readonly<Record<ClientEvent["type"], Cell>>>> = {
  joining: { joined: "offering", answered: "stay", greeted: "stay", ended: "closed" },
  offering: { joined: "stay", answered: "connecting", greeted: "stay", ended: "closed" },
  connecting: { joined: "stay", answered: "stay", greeted: "open", ended: "closed" },
  open: { joined: "stay", answered: "stay", greeted: "stay", ended: "closed" },
  closed: { joined: "stay", answered: "stay", greeted: "stay", ended: "stay" },
};

/** The state after an event; the same object where nothing changes. */
export function nextClientState(state: ClientState, event: ClientEvent): ClientState {
  const cell = TABLE[state.phase][event.type];
  if (cell === "stay") return state;
  if (cell !== "closed") return { phase: cell };
  if (event.type !== "ended") throw new Error(`the table closes on ${event.type}`);
  return { phase: "closed", reason: event.reason, message: event.message };
}

/** Holds the state and tells of each change. */
export class StateTracker {
  #state: ClientState;
  readonly #onState: (state: ClientState) => void;

  constructor(initial: ClientState, onState: (state: ClientState) => void = () => undefined) {
    this.#state = initial;
    this.#onState = onState;
    onState(initial);
  }

  get state(): ClientState {
    return this.#state;
  }

  take(event: ClientEvent): void {
    const before = this.#state;
    this.#state = nextClientState(before, event);
    if (this.#state !== before) this.#onState(this.#state);
  }
}
