import { AdaptiveWindow } from "../window/adaptive-window.ts";
import { abortedError } from "../client-error.ts";
import { type ClientState, StateTracker } from "./client-state.ts";
import type { ConnectOptions } from "./connect-options.ts";
import { type Connection, connectionOf } from "./connection.ts";
import { toClientError } from "../expected-errors.ts";
import type { Handshake } from "./handshake.ts";
import { Session } from "./session.ts";

/** A connection, and how far the way to it is. */
export interface Dialled {
  readonly connection: Connection;
  readonly tracker: StateTracker;
}

/**
 * What both ways to connect have in common.
 * @param first the state that it starts in
 * @param introduce says how the two are introduced
 * @throws {ClientError}
 */
export async function dial(
  options: ConnectOptions,
  first: ClientState,
  introduce: (tracker: StateTracker) => Promise<Handshake>,
): Promise<Dialled> {
  const { createPeerConnection, signal, onState } = options;
  const tracker = new StateTracker(first, onState);
  try {
    if (signal?.aborted) throw abortedError(signal);
    const handshake = await introduce(tracker);
    const session = new Session({ handshake, createPeerConnection, window: new AdaptiveWindow(), onEvent: (event) => tracker.take(event) });
    const facts = await session.start(signal);
    return { connection: connectionOf(session, facts), tracker };
  } catch (error) {
    const known = signal?.aborted ? abortedError(signal) : toClientError(error);
    const { reason, message } = known ?? { reason: "closed" as const, message: "an error of our own" };
    tracker.take({ type: "ended", reason, message });
    throw known ?? error;
  }
}
