import type { HandshakeMessage } from "../handshake/message-header.ts";
import { Alert } from "../record/alert.ts";
import { HandshakeFailure } from "./end.ts";
import type { StateRow } from "./state-table.ts";

/** What the connection sees of a handshake, whatever its role. */
export interface Handshake {
  readonly machine: HandshakeMachine;
  start(nowMs: number): void;
}

/** What the connection sees of the states of a role. */
export interface HandshakeMachine {
  readonly isOpen: boolean;
  /** What happens to data that arrives now. */
  readonly applicationData: "deliver" | "hold" | "ignore";
  /** A message arrived whose turn it is. @throws {HandshakeFailure} if it ends the connection */
  onMessage(message: HandshakeMessage, nowMs: number): void;
  /** What a message of this type means after the handshake. */
  afterOpen(type: number): "ignore" | "repeat-flight" | "refuse-renegotiation";
  /** @returns whether protected records are read from now on */
  onChangeCipherSpec(): boolean;
}

/** Does what a message asks for. It throws a HandshakeFailure if the message can't be accepted. */
export type MessageHandler = (message: HandshakeMessage, nowMs: number) => void;

/** A role's states: its table, and what is done on the way from one state to the next. */
export interface StateMachineOptions<State extends string, Message extends string, Handled extends Message> {
  readonly table: Record<State, StateRow<State, Message>>;
  readonly first: State;
  readonly messageOf: (type: number) => Message;
  readonly handlers: Record<Handled, MessageHandler>;
}

/** Follows the table of a role. */
export class StateMachine<State extends string, Message extends string, Handled extends Message> implements HandshakeMachine {
  readonly #options: StateMachineOptions<State, Message, Handled>;
  state: State;

  constructor(options: StateMachineOptions<State, Message, Handled>) {
    this.#options = options;
    this.state = options.first;
  }

  get isOpen(): boolean {
    return this.state === "open";
  }

  get applicationData(): "deliver" | "hold" | "ignore" {
    return this.#row.applicationData;
  }

  get #row(): StateRow<State, Message> {
    return this.#options.table[this.state];
  }

  onMessage(message: HandshakeMessage, nowMs: number): void {
    const kind = this.#options.messageOf(message.type);
    const next = this.#row[kind];
    if (!this.#isState(next)) {
      if (next === "ignore") return;
      throw new HandshakeFailure(
        "protocol-violation",
        Alert.UNEXPECTED_MESSAGE,
        `the peer sent a message of type ${message.type} out of order`,
      );
    }
    this.#options.handlers[kind as Handled](message, nowMs);
    this.state = next;
  }

  afterOpen(type: number): "ignore" | "repeat-flight" | "refuse-renegotiation" {
    const cell: string = this.#row[this.#options.messageOf(type)];
    return cell === "repeat-flight" || cell === "refuse-renegotiation" ? cell : "ignore";
  }

  onChangeCipherSpec(): boolean {
    const next = this.#row.changeCipherSpec;
    if (next === "ignore") return false;
    this.state = next;
    return true;
  }

  #isState(cell: string): cell is State {
    return cell in this.#options.table;
  }
}
