import { isIPv4 } from "node:net";

import type { IceServerUrl } from "../ice/ice-servers.ts";
import { type LocalCandidateType, makeCandidate, RELAY_PREFERENCE } from "../ice-agent/candidate-lines.ts";
import type { Endpoint, Receive } from "./endpoint.ts";
import { HostEndpoint } from "./host-endpoint.ts";
import { type Address, type Candidate, classes, Message, methods, type TransactionRequestOptions } from "../ice-agent/library.ts";
import { localAddresses } from "./local-addresses.ts";
import { RtcNodeError } from "../rtc-node-error.ts";
import { RelayEndpoint } from "./relay-endpoint.ts";
import { resolveHost } from "./turn-link.ts";

/** Requests to a STUN server: 3.1 s in total. */
const STUN_REQUESTS: TransactionRequestOptions = { retransmissions: 4, responseTimeout: 100 };

/** What candidates are gathered from. */
export interface GatheringSources {
  readonly servers: readonly IceServerUrl[];
  readonly relayOnly: boolean;
  readonly bindAddress?: string | undefined;
  readonly udpPort?: number | undefined;
  /** PEM. */
  readonly turnCertificates?: string | undefined;
}

export interface GatheringEvents {
  readonly receive: Receive;
  /** Called before the candidate is reported. */
  readonly onEndpoint: (endpoint: Endpoint) => void;
  readonly onCandidate: (candidate: Candidate) => void;
  /** @param what a local address, or the URL of a server */
  readonly onUnusable: (what: string, error: unknown) => void;
}

export interface GatheringProgress {
  /** Resolves when the ports on local addresses are open, except for those that can't be opened. Rejects with `no-socket` if that is true of all. */
  readonly portsOpen: Promise<void>;
  /** Resolves when all candidates were reported. Never rejects: what can't be had is left out. May hang after `close`. */
  readonly complete: Promise<void>;
}

interface Host {
  readonly endpoint: HostEndpoint;
  readonly address: string;
  /** Of the address, among all. */
  readonly index: number;
}

/** Opens sockets and finds the candidates of one generation. */
export class Gathering {
  readonly #sources: GatheringSources;
  readonly #ufrag: string;
  readonly #events: GatheringEvents;
  readonly #endpoints: Endpoint[] = [];
  readonly #seen = new Set<string>();
  readonly #foundations = new Map<string, string>();
  readonly #ended = new AbortController();

  /** @param ufrag ours; a shared port is told apart by it */
  constructor(sources: GatheringSources, ufrag: string, events: GatheringEvents) {
    this.#sources = sources;
    this.#ufrag = ufrag;
    this.#events = events;
  }

  /** Once. */
  run(): GatheringProgress {
    const { servers, relayOnly, bindAddress } = this.#sources;
    const addresses = relayOnly ? [] : bindAddress === undefined ? localAddresses() : [bindAddress];
    const opening = addresses.map((address, index) => this.#host(address, index));
    const hosts = opening.map((host, index) => this.#attempt(addresses[index] ?? "", host));
    const attempts = servers.map((server) => {
      if (server.scheme === "turn") return this.#attempt(server.url, this.#relay(server));
      return server.transport === "udp" ? this.#attempt(server.url, this.#reflexive(server, hosts)) : undefined;
    });
    return { portsOpen: someOpen(opening), complete: Promise.all([...hosts, ...attempts]).then(() => {}) };
  }

  close(): void {
    this.#ended.abort();
    for (const endpoint of this.#endpoints.splice(0)) endpoint.close();
  }

  /** @returns undefined if it fails, which is reported */
  async #attempt<T>(what: string, attempt: Promise<T>): Promise<T | undefined> {
    try {
      return await attempt;
    } catch (error) {
      if (!this.#ended.signal.aborted) this.#events.onUnusable(what, error);
      return undefined;
    }
  }

  async #host(address: string, index: number): Promise<Host> {
    const endpoint = await HostEndpoint.open(address, this.#sources.udpPort, this.#ufrag, this.#events.receive);
    this.#adopt(endpoint, this.#candidate("host", [address, endpoint.port], index, address));
    return { endpoint, address, index };
  }

  /** Asks a STUN server from all local addresses. Rejects if none gets an answer. */
  async #reflexive(server: IceServerUrl, hosts: readonly Promise<Host | undefined>[]): Promise<void> {
    const results = await Promise.allSettled(
      hosts.map(async (opening) => {
        const host = await opening;
        if (host !== undefined) await this.#askFrom(host, server);
      }),
    );
    const failure = results.find((result) => result.status === "rejected");
    if (failure !== undefined && results.every(({ status }) => status === "rejected")) throw failure.reason;
  }

  async #askFrom({ endpoint, address, index }: Host, server: IceServerUrl): Promise<void> {
    const to = await resolveHost(server.hostname, isIPv4(address) ? 4 : 6);
    this.#ended.signal.throwIfAborted();
    const request = new Message(methods.BINDING, classes.REQUEST);
    const [response] = await endpoint.protocol.request(request, [to, server.port], undefined, { ...STUN_REQUESTS });
    const mapped = response.getAttributeValue("XOR-MAPPED-ADDRESS") as Address | undefined;
    if (mapped === undefined || mapped[0] === address) return;
    this.#report(this.#candidate("srflx", mapped, index, `${address} ${server.url}`));
  }

  async #relay(server: IceServerUrl): Promise<void> {
    const { bindAddress, turnCertificates } = this.#sources;
    const options = { bindAddress, certificates: turnCertificates, signal: this.#ended.signal };
    const endpoint = await RelayEndpoint.open(server, options, this.#events.receive);
    this.#adopt(endpoint, this.#candidate("relay", endpoint.relayedAddress, 0, server.url, RELAY_PREFERENCE[endpoint.relayProtocol]));
  }

  /** @param base local address, server, or both */
  #candidate(type: LocalCandidateType, [address, port]: Address, index: number, base: string, preference = 0): Candidate {
    const key = `${type} ${base}`;
    const foundation = this.#foundations.get(key) ?? String(this.#foundations.size + 1);
    this.#foundations.set(key, foundation);
    return makeCandidate({ type, address, port, foundation, index, preference, ufrag: this.#ufrag });
  }

  #adopt(endpoint: Endpoint, candidate: Candidate): void {
    if (this.#ended.signal.aborted) {
      endpoint.close();
      return;
    }
    this.#endpoints.push(endpoint);
    endpoint.protocol.localCandidate = candidate;
    this.#events.onEndpoint(endpoint);
    this.#report(candidate);
  }

  #report(candidate: Candidate): void {
    const key = `${candidate.host} ${candidate.port}`;
    if (this.#ended.signal.aborted || this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#events.onCandidate(candidate);
  }
}

async function someOpen(opening: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(opening);
  const [first] = results;
  if (first?.status !== "rejected" || results.some(({ status }) => status === "fulfilled")) return;
  throw new RtcNodeError("no-socket", "no UDP port is available as configured", { cause: first.reason });
}
