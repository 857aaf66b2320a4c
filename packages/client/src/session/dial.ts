import type { PeerConnectionFactory } from "@rangecast/rtc";
import { abortedError } from "../client-error.ts";
import { closeReasonOf, toClientError } from "../expected-errors.ts";
import { HostWindow } from "../window/host-window.ts";
import type { ClientState } from "./client-state.ts";
import { type Connection, connectionOf } from "./connection.ts";
import { PeerTransport } from "./peer-transport.ts";
import { type Handshake, Session } from "./session.ts";
import type { Transport } from "./transport.ts";

export interface ConnectOptions {
  /** `(config) => new RTCPeerConnection(config)` in a page; `createPeerConnection` of rtc-node in Node. */
  readonly createPeerConnection: PeerConnectionFactory;
  /** @default globalThis.fetch */
  readonly fetch?: typeof fetch;
  /** Aborts connecting. To close an open file, call its close(). */
  readonly signal?: AbortSignal;
  /** Called with the first state and at each change. */
  readonly onState?: (state: ClientState) => void;
}

/** An open connection, and the state of the session that it belongs to. */
export interface Dialled {
  readonly connection: Connection;
  readonly state: () => ClientState;
}

/**
 * Opens a session: the part that sealed and plain sessions have in common.
 * @param join finds out how offer and answer are exchanged
 * @throws {ClientError}
 */
export async function dial(options: ConnectOptions, join: () => Promise<Handshake>): Promise<Dialled> {
  const { signal, onState = () => undefined } = options;
  const { handshake, transport } = await prepare(options, join);
  const session = new Session({ handshake, transport, window: new HostWindow(), onState });
  const facts = await session.start(signal);
  return { connection: connectionOf(session, facts), state: () => session.state };
}

/** What happens before there is a session. A failure is reported as a state, as the session reports its own. */
async function prepare(
  { signal, onState, createPeerConnection }: ConnectOptions,
  join: () => Promise<Handshake>,
): Promise<{ handshake: Handshake; transport: Transport }> {
  try {
    if (signal?.aborted) throw abortedError(signal);
    const handshake = await join();
    return { handshake, transport: new PeerTransport(createPeerConnection, handshake.iceServers) };
  } catch (error) {
    const cause = signal?.aborted ? abortedError(signal) : error;
    onState?.({ phase: "closed", ...closeReasonOf(cause) });
    throw toClientError(cause) ?? cause;
  }
}
