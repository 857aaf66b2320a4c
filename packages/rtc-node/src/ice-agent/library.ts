/*
 * The only file that names the ICE library, werift-ice. Some of what we use is private there, so its version is pinned, and these types say what it is.
 * Why this library, and what it lacks: docs/decisions/0008-ice.md.
 */
import {
  Candidate,
  CandidatePairState,
  classes,
  Connection,
  Message,
  methods,
  StunOverTurnProtocol,
  StunProtocol,
  type TransactionRequestOptions,
  TurnProtocol,
} from "werift-ice";

export { Candidate, CandidatePairState, classes, Message, methods };
export type { TransactionRequestOptions };

/** Address and port. */
export type Address = readonly [string, number];

/** A request that waits for its response. */
export interface LibraryTransaction {
  integrityKey?: Buffer | undefined;
  readonly expectedAddr: Address;
  /** Repeats the request now. */
  clearWait(): void;
  cancel(): void;
}

export type LibraryTransactions = Readonly<Record<string, LibraryTransaction>>;

/** A socket as the library sees it. */
export interface LibraryTransport {
  readonly type: "udp" | "tcp" | "tls";
  readonly address: { readonly address: string; readonly port: number };
  readonly closed: boolean;
  onData: (data: Buffer, address: Address) => void;
  send(data: Buffer, address?: Address): Promise<void>;
  close(): Promise<void>;
}

/** A local candidate with its socket: `StunProtocol`, or `StunOverTurnProtocol`. */
export interface LibraryProtocol {
  localCandidate?: Candidate;
  request(message: Message, address: Address, key?: Buffer, options?: number | TransactionRequestOptions): Promise<[Message, Address]>;
  sendStun(message: Message, address: Address): Promise<void>;
  close(): Promise<void>;
}

export interface LibraryStunProtocol extends LibraryProtocol {
  transport: LibraryTransport;
  localIp?: string;
  readonly transactions: LibraryTransactions;
  datagramReceived(data: Buffer, address: Address): void;
}

export interface LibraryTurnClient {
  readonly relayedAddress: Address;
  readonly transactions: LibraryTransactions;
  request: LibraryProtocol["request"];
  readonly addrByChannel: Readonly<Record<number, Address>>;
  readonly channelByAddr: Readonly<Record<string, { readonly number: number }>>;
  refresh: (lifetimeSeconds: number) => void;
  connectionMade(): Promise<void>;
  getChannel(address: Address): Promise<unknown>;
  requestWithRetry(message: Message, address: Address): Promise<[Message, Address]>;
  sendData(data: Buffer, address: Address): Promise<void>;
}

export interface LibraryTurnProtocol extends LibraryProtocol {
  handleStunMessage(data: Buffer, address: Address): void;
}

/** `CandidatePair` */
export interface LibraryPair {
  readonly protocol: LibraryProtocol;
  readonly localCandidate: Candidate;
  readonly remoteCandidate: Candidate;
  readonly state: CandidatePairState;
  readonly nominated: boolean;
  /** Seconds. */
  readonly rtt?: number;
  /** Of all checks that arrived, for statistics. */
  readonly requestTransactionIds: Set<string>;
  updateState(state: CandidatePairState): void;
}

/** The check list and its checks. */
export interface LibraryConnection {
  readonly localUsername: string;
  readonly remoteUsername: string;
  readonly remotePassword: string;
  readonly checkList: LibraryPair[];
  readonly remoteCandidates: Candidate[];
  earlyChecksDone: boolean;
  readonly iceControlling: boolean;
  readonly protocols: LibraryProtocol[];
  applyIceControlling(controlling: boolean): void;
  setRemoteParams(parameters: { iceLite: boolean; usernameFragment: string; password: string }): void;
  addRemoteCandidate(candidate: Candidate): Promise<void>;
  ensureProtocol(protocol: LibraryProtocol): void;
  pairLocalProtocol(protocol: LibraryProtocol): void;
  addPair(pair: LibraryPair): void;
  /** Starts the next check. @returns false if there is none */
  schedulingChecks(): boolean;
  /** Called by the library when a pair succeeded, failed, or was nominated by the peer. */
  checkComplete(pair: LibraryPair): void;
  buildRequest(options: {
    nominate: boolean;
    localUsername: string;
    remoteUsername: string;
    iceControlling: boolean;
    localCandidate: Candidate;
  }): Message;
}

/** A connection for one generation. It has no sockets of its own, and no timers without pairs. */
export function createConnection(ufrag: string, pwd: string): LibraryConnection {
  const connection = new Connection(false);
  // Its own password has 88 bits, too few (RFC 8445, 5.3).
  connection.localUsername = ufrag;
  connection.localPassword = pwd;
  connection.userHistory = { [ufrag]: pwd };
  // Otherwise it is Google's.
  delete connection.stunServer;
  // We say when there is nothing left to check.
  connection.remoteCandidatesEnd = true;
  return connection as unknown as LibraryConnection;
}

export function createStunProtocol(transport: LibraryTransport): LibraryStunProtocol {
  const protocol = new StunProtocol() as unknown as LibraryStunProtocol;
  protocol.transport = transport;
  return protocol;
}

const ALLOCATION_SECONDS = 600;

export function createTurnClient(
  server: Address,
  credentials: { readonly username: string; readonly password: string },
  transport: LibraryTransport,
  channelRefreshSeconds: number,
): { client: LibraryTurnClient; protocol: LibraryTurnProtocol } {
  const { username, password } = credentials;
  const options = { channelRefreshTime: channelRefreshSeconds };
  const turn = new TurnProtocol(
    [...server],
    username,
    password,
    ALLOCATION_SECONDS,
    transport as unknown as TurnProtocol["transport"],
    options,
  );
  return { client: turn as unknown as LibraryTurnClient, protocol: new StunOverTurnProtocol(turn) as unknown as LibraryTurnProtocol };
}

export function removeSignature(message: Message): void {
  const inside = message as unknown as { attributes: [string, unknown][] };
  inside.attributes = inside.attributes.filter(([name]) => name !== "MESSAGE-INTEGRITY" && name !== "FINGERPRINT");
}
