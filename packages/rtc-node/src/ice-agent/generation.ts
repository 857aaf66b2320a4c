import { randomBytes } from "node:crypto";

import { RtcNodeError } from "../rtc-node-error.ts";
import { candidateLine } from "./candidate-lines.ts";
import { CheckList, type Path } from "./check-list.ts";
import type { Endpoint } from "../ice-endpoints/endpoint.ts";
import { Gathering, type GatheringSources } from "../ice-endpoints/gathering.ts";
import type { IceParameters, IceRole } from "./ice-agent.ts";
import { looksLikeStun, readStun } from "./stun-frame.ts";
import { StunGate } from "./stun-gate.ts";
import { ValidPaths } from "./valid-paths.ts";

/** Random bytes of a ufrag and a password: at least 24 and 128 bits (RFC 8445, 5.3). Base64 of a multiple of 3 bytes has only allowed characters. */
const UFRAG_BYTES = 6;
const PWD_BYTES = 24;
/** Checks that arrive before `start` and are kept. The peer repeats the others. */
const MAX_EARLY_CHECKS = 16;

export interface GenerationEvents {
  readonly onCandidate: (line: string | null) => void;
  readonly onUnusable: (what: string, error: unknown) => void;
  readonly onPath: (path: Path) => void;
  /** An authenticated check of the peer arrived. */
  readonly onCheck: (endpoint: Endpoint, address: string, port: number) => void;
  readonly onPacket: (packet: Buffer) => void;
}

/** What lives from one restart to the next: credentials, sockets, candidates and pairs. */
export class Generation {
  readonly local: IceParameters = {
    ufrag: randomBytes(UFRAG_BYTES).toString("base64"),
    pwd: randomBytes(PWD_BYTES).toString("base64"),
  };
  readonly #events: GenerationEvents;
  readonly #gate: StunGate = new StunGate(this.local);
  readonly #valid = new ValidPaths();
  readonly #gathering: Gathering;
  readonly #checks: CheckList;
  readonly #early: (() => void)[] = [];
  #remote: IceParameters | undefined;
  #portsOpen: Promise<void> | undefined;
  #started = false;
  #closed = false;

  constructor(sources: GatheringSources, events: GenerationEvents) {
    this.#events = events;
    this.#checks = new CheckList(this.local, {
      onValid: (endpoint, address, port) => this.#validated(endpoint, address, port),
      onSelected: events.onPath,
    });
    this.#gathering = new Gathering(sources, this.local.ufrag, {
      receive: (endpoint, packet, address, port) => this.#receive(endpoint, packet, address, port),
      onEndpoint: (endpoint) => this.#checks.add(endpoint),
      onCandidate: (candidate) => events.onCandidate(candidateLine(candidate)),
      onUnusable: events.onUnusable,
    });
  }

  gather(): void {
    if (this.#portsOpen !== undefined) throw new RtcNodeError("wrong-state", "gather() comes once per generation");
    const { portsOpen, complete } = this.#gathering.run();
    this.#portsOpen = portsOpen;
    // Who doesn't ask for it learns it from onUnusable.
    portsOpen.catch(() => {});
    void complete.then(() => this.#closed || this.#events.onCandidate(null));
  }

  /** See `GatheringProgress`. */
  get portsOpen(): Promise<void> {
    return this.#portsOpen ?? Promise.resolve();
  }

  setRemote(parameters: IceParameters): void {
    if (this.#remote !== undefined) throw new RtcNodeError("wrong-state", "setRemote() comes once per generation");
    this.#remote = parameters;
  }

  addRemoteCandidate(line: string): void {
    this.#checks.addRemote(line);
  }

  start(role: IceRole): void {
    if (this.#remote === undefined || this.#started) throw new RtcNodeError("wrong-state", "start() comes once, after setRemote()");
    this.#started = true;
    this.#checks.start(role, this.#remote);
    for (const receive of this.#early.splice(0)) receive();
  }

  /** @returns the round trip, ms. Rejects without an answer */
  checkConsent(path: Path): Promise<number> {
    return this.#checks.checkConsent(path);
  }

  /** Checks nothing more. What arrives is still passed. */
  stop(): void {
    this.#checks.stop();
  }

  close(): void {
    this.#closed = true;
    this.#checks.stop();
    this.#gathering.close();
  }

  #receive(endpoint: Endpoint, packet: Buffer, address: string, port: number): void {
    if (this.#closed || packet.length === 0) return;
    if (looksLikeStun(packet)) this.#receiveStun(endpoint, packet, address, port);
    else if (this.#valid.has(endpoint, address, port)) this.#events.onPacket(packet);
    else this.#valid.hold(endpoint, address, port, packet);
  }

  #receiveStun(endpoint: Endpoint, packet: Buffer, address: string, port: number): void {
    const frame = readStun(packet);
    if (frame === undefined) return;
    const verdict = this.#gate.judge(frame, packet, endpoint.transactions[frame.transactionId] !== undefined);
    if (verdict === "response") endpoint.deliver(packet, address, port);
    if (verdict !== "check") return;
    const receive = (): void => {
      if (this.#valid.expect(endpoint, address, port)) endpoint.claim(address, port, false);
      this.#checks.check(endpoint, packet, { address, port, nominates: frame.nominates });
      this.#events.onCheck(endpoint, address, port);
    };
    if (this.#started) receive();
    else if (this.#early.length < MAX_EARLY_CHECKS) this.#early.push(receive);
  }

  #validated(endpoint: Endpoint, address: string, port: number): void {
    endpoint.claim(address, port, true);
    for (const packet of this.#valid.validate(endpoint, address, port)) if (!this.#closed) this.#events.onPacket(packet);
  }
}
