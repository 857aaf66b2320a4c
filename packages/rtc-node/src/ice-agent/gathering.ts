import { isIPv4 } from "node:net";

import type { IceServerUrl } from "../ice/ice-servers.ts";
import { type LocalCandidateType, makeCandidate, RELAY_PREFERENCE } from "./candidate-lines.ts";
import type { Endpoint, Receive } from "./endpoint.ts";
import { HostEndpoint } from "./host-endpoint.ts";
import { type Address, type Candidate, classes, Message, methods, type TransactionRequestOptions } from "./library.ts";
import { localAddresses } from "./local-addresses.ts";
import { RelayEndpoint } from "./relay-endpoint.ts";
import { resolveHost } from "./turn-link.ts";
import { openUdpSocket } from "./udp-socket.ts";

/** Requests to a STUN server: 3.1 s in total. */
const STUN_REQUESTS: TransactionRequestOptions = { retransmissions: 4, responseTimeout: 100 };

export interface GatheringOptions {
  readonly servers: readonly IceServerUrl[];
  readonly relayOnly: boolean;
  readonly bindAddress: string | undefined;
  readonly udpPort: number | undefined;
  readonly turnCertificates: string | undefined;
  readonly receive: Receive;
  /** Called before the candidate is reported. */
  readonly onEndpoint: (endpoint: Endpoint) => void;
  readonly onCandidate: (candidate: Candidate) => void;
}

/** Opens sockets and finds the candidates of an agent. Those that were found once are reported again by the next run. */
export class Gathering {
  readonly #options: GatheringOptions;
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #candidates = new Map<string, Candidate>();
  readonly #foundations = new Map<string, string>();
  #closed = false;

  constructor(options: GatheringOptions) {
    this.#options = options;
  }

  /** Resolves when all candidates were reported. Never rejects: what can't be had is left out. */
  async run(): Promise<void> {
    const { servers, relayOnly, bindAddress, onCandidate } = this.#options;
    for (const candidate of this.#candidates.values()) onCandidate(candidate);
    const addresses = relayOnly ? [] : bindAddress === undefined ? localAddresses() : [bindAddress];
    const hosts = addresses.map((address, index) => this.#once(`host ${address}`, () => this.#host(address, index)));
    const relays = servers
      .filter(({ scheme }) => scheme === "turn")
      .map((server) => this.#once(`relay ${server.url}`, () => this.#relay(server)));
    await Promise.allSettled([...hosts, ...relays]);
  }

  close(): void {
    this.#closed = true;
    for (const endpoint of this.#endpoints.values()) endpoint.close();
    this.#endpoints.clear();
  }

  async #once(key: string, open: () => Promise<void>): Promise<void> {
    if (!this.#endpoints.has(key)) await open();
  }

  async #host(address: string, index: number): Promise<void> {
    const socket = await openUdpSocket(address, this.#options.udpPort ?? 0);
    const endpoint = new HostEndpoint(socket, this.#options.receive);
    const candidate = this.#candidate("host", [address, endpoint.port], index, "");
    if (!this.#adopt(`host ${address}`, endpoint, candidate)) return;
    const servers = this.#options.servers.filter(({ scheme, transport }) => scheme === "stun" && transport === "udp");
    await Promise.allSettled(servers.map((server) => this.#reflexive(endpoint, server, address, index)));
  }

  async #reflexive(endpoint: HostEndpoint, server: IceServerUrl, base: string, index: number): Promise<void> {
    const host = await resolveHost(server.hostname, isIPv4(base) ? 4 : 6);
    const request = new Message(methods.BINDING, classes.REQUEST);
    const [response] = await endpoint.protocol.request(request, [host, server.port], undefined, { ...STUN_REQUESTS });
    const mapped = response.getAttributeValue("XOR-MAPPED-ADDRESS") as Address | undefined;
    if (mapped === undefined || mapped[0] === base || this.#closed) return;
    this.#report(this.#candidate("srflx", mapped, index, `${base} ${server.url}`));
  }

  async #relay(server: IceServerUrl): Promise<void> {
    const { bindAddress, turnCertificates, receive } = this.#options;
    const endpoint = await RelayEndpoint.open(server, { bindAddress, certificates: turnCertificates }, receive);
    const candidate = this.#candidate("relay", endpoint.relayedAddress, 0, server.url, RELAY_PREFERENCE[endpoint.relayProtocol]);
    this.#adopt(`relay ${server.url}`, endpoint, candidate);
  }

  #candidate(type: LocalCandidateType, [address, port]: Address, index: number, from: string, preference = 0): Candidate {
    const key = `${type} ${from === "" ? address : from}`;
    const foundation = this.#foundations.get(key) ?? String(this.#foundations.size + 1);
    this.#foundations.set(key, foundation);
    return makeCandidate({ type, address, port, foundation, index, preference });
  }

  /** @returns false, and closes the endpoint, if this was closed meanwhile */
  #adopt(key: string, endpoint: Endpoint, candidate: Candidate): boolean {
    if (this.#closed || this.#endpoints.has(key)) {
      endpoint.close();
      return false;
    }
    this.#endpoints.set(key, endpoint);
    endpoint.protocol.localCandidate = candidate;
    this.#options.onEndpoint(endpoint);
    this.#report(candidate);
    return true;
  }

  #report(candidate: Candidate): void {
    const key = `${candidate.type} ${candidate.host} ${candidate.port}`;
    if (this.#candidates.has(key)) return;
    this.#candidates.set(key, candidate);
    this.#options.onCandidate(candidate);
  }
}
