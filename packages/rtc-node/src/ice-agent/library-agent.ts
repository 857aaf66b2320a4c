import { randomBytes } from "node:crypto";

import { parseIceServers } from "../ice/ice-servers.ts";
import { RtcNodeError } from "../rtc-node-error.ts";
import { candidateLine } from "./candidate-lines.ts";
import { CheckList, type Path } from "./check-list.ts";
import { Consent } from "./consent.ts";
import type { Endpoint } from "./endpoint.ts";
import { Gathering } from "./gathering.ts";
import type { IceAgent, IceAgentOptions, IceParameters, IceRole, IceState, SelectedPair } from "./ice-agent.ts";
import { answerCheck } from "./library.ts";
import { looksLikeStun, readStun, type StunFrame } from "./stun-frame.ts";
import { StunGate } from "./stun-gate.ts";
import { ValidPaths } from "./valid-paths.ts";

/** Random bytes of a ufrag and a password: at least 24 and 128 bits (RFC 8445, 5.3). Base64 of a multiple of 3 bytes has only allowed characters. */
const UFRAG_BYTES = 6;
const PWD_BYTES = 24;
/** Longest time without a path before an attempt has failed, ms (RFC 8863, 3). */
const PATIENCE_MS = 39_500;
/** Checks that arrive before `start` and are kept. The peer repeats the others. */
const MAX_EARLY_CHECKS = 16;
/** Length of a peer's ufrag and password, characters (RFC 8839, 5.4). */
const UFRAG = /^[\w+/-]{4,256}$/u;
const PWD = /^[\w+/-]{22,256}$/u;

interface EarlyCheck {
  readonly endpoint: Endpoint;
  readonly packet: Buffer;
  readonly address: string;
  readonly port: number;
}

export class LibraryIceAgent implements IceAgent {
  readonly #options: IceAgentOptions;
  #local = newCredentials();
  #remote: IceParameters | undefined;
  #state: IceState = "new";
  #path: Path | undefined;
  #rttMs = Number.NaN;
  #early: EarlyCheck[] = [];
  #patience: NodeJS.Timeout | undefined;
  #gatheringRun = 0;
  readonly #gate = new StunGate(this.#local);
  readonly #valid = new ValidPaths();
  readonly #gathering: Gathering;
  readonly #checks = new CheckList(this.#local, {
    onValid: (endpoint, address, port) => this.#validated(endpoint, address, port),
    onSelected: (path) => this.#selected(path),
  });
  readonly #consent = new Consent({
    check: async () => this.#path && (this.#rttMs = await this.#checks.checkConsent(this.#path)),
    onSilent: () => this.#setState("disconnected"),
    onHeard: () => this.#setState("connected"),
    onExpired: () => this.#fail(),
  });

  /** @throws {RtcNodeError} `bad-ice-server` */
  constructor(options: IceAgentOptions) {
    this.#options = options;
    this.#gathering = new Gathering({
      servers: parseIceServers(options.iceServers ?? []),
      relayOnly: options.iceTransportPolicy === "relay",
      bindAddress: options.bindAddress,
      udpPort: options.udpPort,
      turnCertificates: options.turnCertificates,
      receive: (endpoint, packet, address, port) => this.#receive(endpoint, packet, address, port),
      onEndpoint: (endpoint) => this.#checks.add(endpoint),
      onCandidate: (candidate) => options.onCandidate?.(candidateLine(candidate)),
    });
  }

  get localUsername(): string {
    return this.#local.ufrag;
  }

  get localPassword(): string {
    return this.#local.pwd;
  }

  get state(): IceState {
    return this.#state;
  }

  get selectedPair(): SelectedPair | undefined {
    return this.#path && { ...endsOf(this.#path), rttMs: this.#rttMs };
  }

  gather(): void {
    this.#mustBeOpen();
    const run = ++this.#gatheringRun;
    void this.#gathering.run().then(() => run === this.#gatheringRun && this.#options.onCandidate?.(null));
  }

  setRemote(parameters: IceParameters): void {
    this.#mustBeOpen();
    if (!UFRAG.test(parameters.ufrag) || !PWD.test(parameters.pwd)) throw new RtcNodeError("bad-candidate", "malformed ICE credentials");
    this.#remote = parameters;
  }

  addRemoteCandidate(line: string): void {
    this.#mustBeOpen();
    this.#checks.addRemote(line);
  }

  start(role: IceRole): void {
    this.#mustBeOpen();
    if (this.#remote === undefined || this.#checks.started) throw new RtcNodeError("wrong-state", "start() comes once, after setRemote()");
    this.#checks.start(role, this.#remote);
    this.#patience = setTimeout(() => this.#fail(), PATIENCE_MS);
    this.#setState("checking");
    for (const { endpoint, packet, address, port } of this.#early.splice(0)) this.#receive(endpoint, packet, address, port);
  }

  send(packet: Uint8Array): void {
    const path = this.#path;
    if (path !== undefined) path.endpoint.send(packet, path.remote.host, path.remote.port);
  }

  restart(): void {
    this.#mustBeOpen();
    clearTimeout(this.#patience);
    this.#gatheringRun += 1;
    this.#local = newCredentials();
    this.#remote = undefined;
    this.#early = [];
    this.#gate.renew(this.#local);
    this.#checks.restart(this.#local);
    if (this.#state === "failed") this.#setState("new");
  }

  close(): void {
    if (this.#state === "closed") return;
    clearTimeout(this.#patience);
    this.#gatheringRun += 1;
    this.#early = [];
    this.#path = undefined;
    this.#consent.stop();
    this.#checks.stop();
    this.#gathering.close();
    this.#setState("closed");
  }

  #receive(endpoint: Endpoint, packet: Buffer, address: string, port: number): void {
    if (this.#state === "closed" || packet.length === 0) return;
    if (looksLikeStun(packet)) this.#receiveStun(endpoint, packet, address, port);
    else if (this.#valid.has(endpoint, address, port)) this.#options.onPacket(packet);
    else this.#valid.hold(endpoint, address, port, packet);
  }

  #receiveStun(endpoint: Endpoint, packet: Buffer, address: string, port: number): void {
    const frame = readStun(packet);
    if (frame === undefined) return;
    const verdict = this.#gate.judge(frame, packet, endpoint.transactions[frame.transactionId] !== undefined);
    if (verdict === "response") endpoint.deliver(packet, address, port);
    if (verdict === "check") this.#receiveCheck(endpoint, packet, frame, { address, port });
    if (verdict === "old-check") answerCheck(endpoint.protocol, frame.transactionId, [address, port], this.#gate.previousPassword);
  }

  #receiveCheck(endpoint: Endpoint, packet: Buffer, { nominates }: StunFrame, from: { address: string; port: number }): void {
    const { address, port } = from;
    if (!this.#checks.started) {
      if (this.#early.length < MAX_EARLY_CHECKS) this.#early.push({ endpoint, packet, address, port });
      return;
    }
    this.#valid.expect(endpoint, address, port);
    this.#checks.check(endpoint, packet, { address, port, nominates });
    const path = this.#path;
    if (path?.endpoint === endpoint && path.remote.host === address && path.remote.port === port) this.#consent.heard();
  }

  #validated(endpoint: Endpoint, address: string, port: number): void {
    for (const packet of this.#valid.validate(endpoint, address, port)) this.#options.onPacket(packet);
  }

  #selected(path: Path): void {
    if (this.#state === "closed" || this.#state === "failed") return;
    clearTimeout(this.#patience);
    this.#path = path;
    this.#rttMs = (path.pair.rtt ?? Number.NaN) * 1000;
    path.endpoint.select(path.remote.host, path.remote.port);
    this.#consent.start();
    this.#setState("connected");
    this.#options.onSelectedPair?.({ ...endsOf(path), rttMs: this.#rttMs });
  }

  #fail(): void {
    clearTimeout(this.#patience);
    this.#path = undefined;
    this.#consent.stop();
    this.#checks.stop();
    this.#setState("failed");
  }

  #setState(state: IceState): void {
    if (this.#state === state || this.#state === "closed") return;
    this.#state = state;
    this.#options.onState?.(state);
  }

  #mustBeOpen(): void {
    if (this.#state === "closed") throw new RtcNodeError("closed", "the agent is closed");
  }
}

function newCredentials(): IceParameters {
  return { ufrag: randomBytes(UFRAG_BYTES).toString("base64"), pwd: randomBytes(PWD_BYTES).toString("base64") };
}

function endsOf({ endpoint, local, remote }: Path): Pick<SelectedPair, "local" | "remote"> {
  const { relayProtocol } = endpoint;
  return {
    local: { type: typeOf(local.type), address: local.host, port: local.port, ...(relayProtocol === undefined ? {} : { relayProtocol }) },
    remote: { type: typeOf(remote.type), address: remote.host, port: remote.port },
  };
}

function typeOf(type: string): SelectedPair["local"]["type"] {
  return type === "srflx" || type === "prflx" || type === "relay" ? type : "host";
}
