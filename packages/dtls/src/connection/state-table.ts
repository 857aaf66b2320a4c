/** What a message does in a state: it leads to the next one, or … */
export type MessageCell<State extends string> =
  | State
  /** … nothing. */
  | "ignore"
  /** … ends the connection: it is out of order (RFC 5246, 7.4). */
  | "refuse"
  /** … is answered with this side's last flight: the peer has not got it. */
  | "repeat-flight"
  /** … is answered with an alert (RFC 5246, 7.2.2). */
  | "refuse-renegotiation";

/** What everything that can arrive does in a state. */
export type StateRow<State extends string, Message extends string> = Record<Message, MessageCell<State>> & {
  /** Leads to the next state, in which protected records are read; or is ignored, because it is not authenticated. */
  readonly changeCipherSpec: State | "ignore";
  /** Whether data is delivered, or held until the connection is open. */
  readonly applicationData: "deliver" | "hold" | "ignore";
};
