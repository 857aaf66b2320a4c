import { RtcNodeError } from "../rtc-node-error.ts";
import { pairPriority, parseRemoteCandidate } from "./candidate-lines.ts";
import type { Endpoint } from "../ice-endpoints/endpoint.ts";
import type { IceParameters, IceRole } from "./ice-agent.ts";
import {
  type Candidate,
  CandidatePairState,
  createConnection,
  type LibraryConnection,
  type LibraryPair,
  type LibraryProtocol,
  type TransactionRequestOptions,
} from "./library.ts";

/** Interval between the first transmissions of two checks, ms (RFC 8445, 14.2: at least 5). */
const PACE_MS = 10;
/** Of a check: 25.5 s in total. The first may be lost because the peer does not know us yet, so it is soon repeated. */
const CHECK_REQUESTS: TransactionRequestOptions = { retransmissions: 7, responseTimeout: 100 };
/** Longest wait for the answer to a consent check, ms. */
const CONSENT_REQUESTS: TransactionRequestOptions = { retransmissions: 0, responseTimeout: 5_000 };
/** Maximum number of pairs (RFC 8445, 6.1.2.5 suggests 100). */
const MAX_PAIRS = 128;
/** Maximum number of remote candidates, with those that were found by checks. Machines with many interfaces have a few dozen. */
const MAX_REMOTE_CANDIDATES = 64;
/** How long a nomination is the peer's last word, ms. Browsers nominate again with each check of their path, every 2.5 s or more often. */
const NOMINATION_MS = 3_000;

/** A pair that works. */
export interface Path {
  readonly endpoint: Endpoint;
  readonly local: Candidate;
  readonly remote: Candidate;
  /** Round trip of the check, ms. */
  readonly rttMs: number;
}

export interface CheckListEvents {
  /** An address answered our check. */
  readonly onValid: (endpoint: Endpoint, address: string, port: number) => void;
  /** This is the path from now on. */
  readonly onSelected: (path: Path) => void;
}

/** The pairs of one generation: which are checked, and which one is selected. The library runs the checks; this class decides when and whether. */
export class CheckList {
  readonly #library: LibraryConnection;
  readonly #events: CheckListEvents;
  readonly #endpoints = new Map<LibraryProtocol, Endpoint>();
  readonly #nominatedAt = new WeakMap<LibraryPair, number>();
  readonly #hurried = new WeakSet<object>();
  #selected: LibraryPair | undefined;
  #started = false;
  #stopped = false;
  #waiting: Candidate[] = [];
  #pace: NodeJS.Timeout | undefined;

  constructor(local: IceParameters, events: CheckListEvents) {
    this.#events = events;
    const library = createConnection(local.ufrag, local.pwd);
    this.#library = library;
    const complete = library.checkComplete.bind(library);
    library.checkComplete = (pair) => {
      if (!this.#stopped && library.checkList.includes(pair)) this.#completed(pair, complete);
    };
    const add = library.addPair.bind(library);
    library.addPair = (pair) => library.checkList.length < MAX_PAIRS && add(pair);
  }

  get started(): boolean {
    return this.#started;
  }

  add(endpoint: Endpoint): void {
    const { protocol } = endpoint;
    const request = protocol.request.bind(protocol);
    // The library asks for a number of repetitions only for checks. It stores the key in the options, so each request needs its own.
    protocol.request = (message, address, key, options) =>
      request(message, address, key, { ...(typeof options === "number" ? CHECK_REQUESTS : options) });
    this.#endpoints.set(protocol, endpoint);
    this.#library.ensureProtocol(protocol);
    this.#library.protocols.push(protocol);
    if (!this.#started) return;
    this.#library.pairLocalProtocol(protocol);
    this.#continue();
  }

  /** @throws {RtcNodeError} as `IceAgent.addRemoteCandidate` */
  addRemote(line: string): void {
    const candidate = parseRemoteCandidate(line);
    const known = [...this.#library.remoteCandidates, ...this.#waiting];
    const same = known.find(({ host, port }) => host === candidate.host && port === candidate.port);
    if (same !== undefined) {
      // It was found by a check before it was signalled.
      Object.assign(same, { type: candidate.type, foundation: candidate.foundation });
      return;
    }
    if (known.length >= MAX_REMOTE_CANDIDATES) throw new RtcNodeError("too-many-candidates", `over ${MAX_REMOTE_CANDIDATES} candidates`);
    if (!this.#started) {
      this.#waiting.push(candidate);
      return;
    }
    void this.#library.addRemoteCandidate(candidate);
    this.#continue();
  }

  start(role: IceRole, { ufrag, pwd }: IceParameters): void {
    const library = this.#library;
    library.applyIceControlling(role === "controlling");
    library.setRemoteParams({ iceLite: false, usernameFragment: ufrag, password: pwd });
    library.earlyChecksDone = true;
    this.#started = true;
    for (const candidate of this.#waiting.splice(0)) void library.addRemoteCandidate(candidate);
    this.#continue();
  }

  /** Passes an authenticated check to the library, which answers it. @param nominates with USE-CANDIDATE */
  check(endpoint: Endpoint, message: Buffer, from: { address: string; port: number; nominates: boolean }): void {
    const { address, port, nominates } = from;
    const library = this.#library;
    const known = library.remoteCandidates.some((candidate) => candidate.host === address && candidate.port === port);
    if (!known && library.remoteCandidates.length >= MAX_REMOTE_CANDIDATES) return;
    // The library would check back without a limit from a pair that is not in the list.
    if (this.#pairOf(endpoint, address, port) === undefined && library.checkList.length >= MAX_PAIRS) return;
    endpoint.deliver(message, address, port);
    const pair = this.#pairOf(endpoint, address, port);
    if (pair === undefined) return;
    // Otherwise they would fill the memory.
    pair.requestTransactionIds.clear();
    if (pair.state === CandidatePairState.IN_PROGRESS) this.#hurry(endpoint, address, port);
    if (!nominates) return;
    this.#nominatedAt.set(pair, performance.now());
    this.#select();
  }

  /** Checks that the peer still answers over a path. @returns the round trip, ms */
  async checkConsent({ endpoint, local, remote }: Path): Promise<number> {
    const { localUsername, remoteUsername, remotePassword, iceControlling } = this.#library;
    const request = this.#library.buildRequest({
      nominate: false,
      localUsername,
      remoteUsername,
      iceControlling,
      localCandidate: local,
    });
    const sentAt = performance.now();
    await endpoint.protocol.request(request, [remote.host, remote.port], Buffer.from(remotePassword), CONSENT_REQUESTS);
    return performance.now() - sentAt;
  }

  /** Starts no more checks, and reports nothing more. */
  stop(): void {
    clearTimeout(this.#pace);
    this.#pace = undefined;
    this.#stopped = true;
  }

  #pairOf({ protocol }: Endpoint, address: string, port: number): LibraryPair | undefined {
    return this.#library.checkList.find(
      (pair) => pair.protocol === protocol && pair.remoteCandidate.host === address && pair.remoteCandidate.port === port,
    );
  }

  #continue(): void {
    if (this.#pace === undefined && this.#started && !this.#stopped) this.#next();
  }

  #next(): void {
    this.#pace = undefined;
    if (!this.#library.schedulingChecks()) return;
    this.#pace = setTimeout(() => this.#next(), PACE_MS);
  }

  /** The peer's check arrived, so ours will too: it is repeated at once (RFC 8445, 7.3.1.4), but only once, since repetitions are counted. */
  #hurry(endpoint: Endpoint, address: string, port: number): void {
    for (const transaction of Object.values(endpoint.transactions)) {
      const [to, at] = transaction.expectedAddr;
      if (to !== address || at !== port || this.#hurried.has(transaction)) continue;
      this.#hurried.add(transaction);
      transaction.clearWait();
    }
  }

  #completed(pair: LibraryPair, complete: (pair: LibraryPair) => void): void {
    const waiting = this.#library.checkList.filter(({ state }) => state === CandidatePairState.WAITING);
    complete(pair);
    if (pair.state === CandidatePairState.SUCCEEDED) {
      const endpoint = this.#endpoints.get(pair.protocol);
      const { host, port } = pair.remoteCandidate;
      if (endpoint !== undefined) this.#events.onValid(endpoint, host, port);
      this.#select();
    }
    // The library gives up all pairs that it has not checked yet. A better one may be among them.
    const selected = this.#selected;
    for (const each of waiting) {
      if (selected !== undefined && priorityOf(each) > priorityOf(selected)) each.updateState(CandidatePairState.WAITING);
    }
    this.#continue();
  }

  /** Selects the best of the nominated pairs. All that we check as the controlling side are nominated; as the other side, the peer's latest ones count. */
  #select(): void {
    const { checkList, iceControlling } = this.#library;
    const nominated = checkList.filter((pair) => pair.state === CandidatePairState.SUCCEEDED && pair.nominated);
    const recent = performance.now() - NOMINATION_MS;
    const pool = iceControlling ? nominated : nominated.filter((pair) => (this.#nominatedAt.get(pair) ?? 0) > recent);
    const best = pool.reduce<LibraryPair | undefined>(
      (one, other) => (one === undefined || priorityOf(other) > priorityOf(one) ? other : one),
      undefined,
    );
    if (best === undefined || best === this.#selected) return;
    const endpoint = this.#endpoints.get(best.protocol);
    if (endpoint === undefined) return;
    this.#selected = best;
    this.#events.onSelected({
      endpoint,
      local: best.localCandidate,
      remote: best.remoteCandidate,
      rttMs: (best.rtt ?? Number.NaN) * 1000,
    });
  }
}

function priorityOf({ localCandidate, remoteCandidate }: LibraryPair): bigint {
  return pairPriority(localCandidate.priority, remoteCandidate.priority);
}
