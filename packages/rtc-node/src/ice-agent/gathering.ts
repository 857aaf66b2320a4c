import { isIPv4 } from "node:net";

import type { IceServerUrl } from "../ice/ice-servers.ts";
import { type LocalCandidateType, makeCandidate, RELAY_PREFERENCE } from "./candidate-lines.ts";
import type { Endpoint, Receive } from "./endpoint.ts";
import { HostEndpoint } from "./host-endpoint.ts";
import { type Address, type Candidate, classes, Message, methods, type TransactionRequestOptions } from "./library.ts";
import { localAddresses } from "./local-addresses.ts";
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

  /** Resolves when all candidates were reported. Never rejects: what can't be had is left out. May hang after `close`. */
  async run(): Promise<void> {
    const { servers, relayOnly, bindAddress } = this.#sources;
    const addresses = relayOnly ? [] : bindAddress === undefined ? localAddresses() : [bindAddress];
    const hosts = addresses.map((address, index) => this.#attempt(address, this.#host(address, index)));
    const relays = servers.filter(({ scheme }) => scheme === "turn").map((server) => this.#attempt(server.url, this.#relay(server)));
    await Promise.all([...hosts, ...relays]);
  }

  close(): void {
    this.#ended.abort();
    for (const endpoint of this.#endpoints.splice(0)) endpoint.close();
  }

  async #attempt(what: string, attempt: Promise<void>): Promise<void> {
    try {
      await attempt;
    } catch (error) {
      if (!this.#ended.signal.aborted) this.#events.onUnusable(what, error);
    }
  }

  async #host(address: string, index: number): Promise<void> {
    const endpoint = await HostEndpoint.open(address, this.#sources.udpPort, this.#ufrag, this.#events.receive);
    this.#adopt(endpoint, this.#candidate("host", [address, endpoint.port], index, address));
    if (this.#ended.signal.aborted) return;
    const servers = this.#sources.servers.filter(({ scheme, transport }) => scheme === "stun" && transport === "udp");
    await Promise.all(servers.map((server) => this.#attempt(server.url, this.#reflexive(endpoint, server, address, index))));
  }

  async #reflexive(endpoint: HostEndpoint, server: IceServerUrl, base: string, index: number): Promise<void> {
    const host = await resolveHost(server.hostname, isIPv4(base) ? 4 : 6);
    this.#ended.signal.throwIfAborted();
    const request = new Message(methods.BINDING, classes.REQUEST);
    const [response] = await endpoint.protocol.request(request, [host, server.port], undefined, { ...STUN_REQUESTS });
    const mapped = response.getAttributeValue("XOR-MAPPED-ADDRESS") as Address | undefined;
    if (mapped === undefined || mapped[0] === base) return;
    this.#report(this.#candidate("srflx", mapped, index, `${base} ${server.url}`));
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
