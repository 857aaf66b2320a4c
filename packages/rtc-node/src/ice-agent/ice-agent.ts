import type { IceServer } from "@rangecast/rtc";

/** Who nominates the pair (RFC 8445, 4): the side that made the offer. */
export type IceRole = "controlling" | "controlled";

/**
 * - `new`: not started
 * - `checking`: no path yet, or ICE was restarted and the new path is not found yet (the old one still works)
 * - `connected`: packets can be sent
 * - `disconnected`: packets can be sent, but nothing authenticated arrived for some seconds
 * - `failed`: no path was found, or the peer no longer consents (RFC 7675). Final, except for a restart
 * - `closed`: final
 */
export type IceState = "new" | "checking" | "connected" | "disconnected" | "failed" | "closed";

/** User name fragment and password of one side (RFC 8445, 5.3). */
export interface IceParameters {
  readonly ufrag: string;
  readonly pwd: string;
}

/** An end of the selected path. */
export interface PathEnd {
  readonly type: "host" | "srflx" | "prflx" | "relay";
  readonly address: string;
  readonly port: number;
  /** How a local relayed candidate reaches its TURN server. */
  readonly relayProtocol?: "udp" | "tcp" | "tls";
}

export interface SelectedPair {
  readonly local: PathEnd;
  readonly remote: PathEnd;
  /** Round trip of the last check, ms. NaN: unknown. */
  readonly rttMs: number;
}

/**
 * Handlers are called one after another, never from within a call of the agent's methods, except `onState` from `start`, `restart` and `close`. An exception
 * of a handler is thrown again from the event loop.
 */
export interface IceAgentEvents {
  /** A local candidate, as in SDP without `a=` (RFC 8839, 5.1). `null`: there are no more in this generation. */
  readonly onCandidate?: (line: string | null) => void;
  /** A local address, or the URL of a server, that gave no candidate. */
  readonly onUnusable?: (what: string, error: unknown) => void;
  readonly onState?: (state: IceState) => void;
  /** Another path was selected; called before the state changes. Estimates of the old one (round trip, rate) no longer apply. */
  readonly onSelectedPair?: (pair: SelectedPair) => void;
  /**
   * A datagram that is not STUN, from an address that has answered an authenticated check. The bytes belong to the receiver.
   */
  readonly onPacket: (packet: Buffer) => void;
}

export interface IceAgentOptions extends IceAgentEvents {
  /** `stun:` by UDP; `turn:` by UDP and TCP; `turns:` by TLS. @default none */
  readonly iceServers?: readonly IceServer[];
  /** `relay`: only paths through our TURN servers; nothing is sent from another address. @default "all" */
  readonly iceTransportPolicy?: "all" | "relay";
  /** The only local address to use. @default all of this machine's, except for loopback and link-local ones */
  readonly bindAddress?: string;
  /** UDP port, shared by all agents of this process that name it. @default one per agent and address, chosen by the system */
  readonly udpPort?: number;
  /** Certificates, PEM, that are accepted from TURN servers in addition to the well-known ones. */
  readonly turnCertificates?: string;
}

/** An ICE agent (RFC 8445) for one component by UDP. See `createIceAgent`. */
export interface IceAgent {
  /** Our ufrag. Another one after each restart. */
  readonly localUsername: string;
  /** Our password. Another one after each restart. */
  readonly localPassword: string;
  readonly state: IceState;
  /** Undefined while there is no path. */
  readonly selectedPair: SelectedPair | undefined;
  /** Opens sockets and finds candidates. Once per generation. */
  gather(): void;
  /**
   * Of this generation, after `gather`: resolves when the ports on this machine's addresses are open and their candidates reported, or couldn't be opened.
   * Rejects with {RtcNodeError} `no-socket` if there are addresses and none has a port.
   */
  readonly portsOpen: Promise<void>;
  /** The peer's credentials, from its description. Once per generation. */
  setRemote(parameters: IceParameters): void;
  /**
   * Adds a candidate of the peer, at any time. One that is known is ignored.
   * @throws {RtcNodeError} `bad-candidate`, `useless-candidate` (a name, TCP, an address that can't be a peer's), `too-many-candidates`
   */
  addRemoteCandidate(line: string): void;
  /** Begins to check paths. Needs `setRemote`. Checks that arrived before are answered now. */
  start(role: IceRole): void;
  /**
   * Sends a datagram over the selected path. Without a path it is dropped, as the network may do. The bytes must not be changed afterwards: the system may
   * read them later.
   */
  send(packet: Uint8Array): void;
  /**
   * Begins a new generation, with new credentials, sockets and candidates: `gather`, `setRemote`, `addRemoteCandidate` and `start` are for it from now on. The
   * selected path stays until the new generation has one, and goes on if the new one finds none. `onCandidate` is called for the new generation only.
   */
  restart(): void;
  /** Closes all sockets. Idempotent. */
  close(): void;
}
