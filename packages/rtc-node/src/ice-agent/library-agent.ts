import { guarded, rethrowLater } from "../connection/guarded.ts";
import { parseIceServers } from "../ice/ice-servers.ts";
import { RtcNodeError } from "../rtc-node-error.ts";
import type { Path } from "./check-list.ts";
import { Consent } from "./consent.ts";
import type { GatheringSources } from "../ice-endpoints/gathering.ts";
import { Generation } from "./generation.ts";
import type { IceAgent, IceAgentOptions, IceParameters, IceRole, IceState, PathEnd, SelectedPair } from "./ice-agent.ts";

/** Longest time without a path before an attempt has failed, ms (RFC 8863, 3). */
const PATIENCE_MS = 39_500;
/** How long the last generation stays after the path has moved away from it, ms: for packets that are under way (RFC 8445, 8.3). */
const LINGER_MS = 3_000;
/** A peer's ufrag and password (RFC 8839, 5.4). */
const UFRAG = /^[\w+/-]{4,256}$/u;
const PWD = /^[\w+/-]{22,256}$/u;

/** The selected path, with the generation that it belongs to. */
interface Selection {
  readonly path: Path;
  readonly generation: Generation;
  rttMs: number;
}

/** See `createIceAgent`. */
export class LibraryIceAgent implements IceAgent {
  readonly #sources: GatheringSources;
  readonly #onPacket: (packet: Buffer) => void;
  readonly #onCandidate: (line: string | null) => void;
  readonly #onUnusable: (what: string, error: unknown) => void;
  readonly #onState: (state: IceState) => void;
  readonly #onSelectedPair: (pair: SelectedPair) => void;
  #state: IceState = "new";
  #generation: Generation;
  /** Of the path, while there is no path in the new generation; then for a while longer. */
  #last: Generation | undefined;
  #selection: Selection | undefined;
  /** Runs while the generation looks for its first path. */
  #patience: NodeJS.Timeout | undefined;
  #linger: NodeJS.Timeout | undefined;
  readonly #consent = new Consent({
    check: () => this.#checkConsent(),
    onSilent: () => this.#state === "connected" && this.#setState("disconnected"),
    onHeard: () => this.#state === "disconnected" && this.#setState("connected"),
    onExpired: () => this.#expired(),
  });

  /** @throws {RtcNodeError} `bad-ice-server` */
  constructor(options: IceAgentOptions) {
    const { iceServers = [], iceTransportPolicy, bindAddress, udpPort, turnCertificates } = options;
    const relayOnly = iceTransportPolicy === "relay";
    this.#sources = { servers: parseIceServers(iceServers), relayOnly, bindAddress, udpPort, turnCertificates };
    // The library swallows exceptions of what it calls. This handler is called for each packet, so it is wrapped without a rest parameter.
    this.#onPacket = (packet) => {
      try {
        options.onPacket(packet);
      } catch (error) {
        rethrowLater(error);
      }
    };
    this.#onCandidate = guarded(rethrowLater, options.onCandidate ?? (() => {}));
    this.#onUnusable = guarded(rethrowLater, options.onUnusable ?? (() => {}));
    this.#onState = guarded(rethrowLater, options.onState ?? (() => {}));
    this.#onSelectedPair = guarded(rethrowLater, options.onSelectedPair ?? (() => {}));
    this.#generation = this.#newGeneration();
  }

  get localUsername(): string {
    return this.#generation.local.ufrag;
  }

  get localPassword(): string {
    return this.#generation.local.pwd;
  }

  get state(): IceState {
    return this.#state;
  }

  get portsOpen(): Promise<void> {
    return this.#generation.portsOpen;
  }

  get selectedPair(): SelectedPair | undefined {
    return this.#selection && pairOf(this.#selection);
  }

  gather(): void {
    this.#mustBeOpen();
    this.#generation.gather();
  }

  setRemote(parameters: IceParameters): void {
    this.#mustBeOpen();
    if (!UFRAG.test(parameters.ufrag) || !PWD.test(parameters.pwd)) throw new RtcNodeError("bad-credentials", "malformed ICE credentials");
    this.#generation.setRemote(parameters);
  }

  addRemoteCandidate(line: string): void {
    this.#mustBeOpen();
    this.#generation.addRemoteCandidate(line);
  }

  start(role: IceRole): void {
    this.#mustBeOpen();
    if (this.#state === "failed") throw new RtcNodeError("wrong-state", "ICE failed: restart it");
    this.#generation.start(role);
    this.#patience = setTimeout(() => this.#giveUp(), PATIENCE_MS);
    this.#setState("checking");
  }

  send(packet: Uint8Array): void {
    const path = this.#selection?.path;
    if (path !== undefined) path.endpoint.send(packet, path.remote.host, path.remote.port);
  }

  restart(): void {
    this.#mustBeOpen();
    this.#stopPatience();
    const { generation: inUse } = this.#selection ?? {};
    // At most two live at a time: the new one, and that of the path.
    for (const old of [this.#generation, this.#last]) if (old !== inUse) old?.close();
    clearTimeout(this.#linger);
    this.#last = inUse;
    this.#generation = this.#newGeneration();
    this.#setState(this.#pathState);
  }

  close(): void {
    if (this.#state === "closed") return;
    this.#stopPatience();
    clearTimeout(this.#linger);
    this.#selection = undefined;
    this.#consent.stop();
    this.#generation.close();
    this.#last?.close();
    this.#setState("closed");
  }

  #newGeneration(): Generation {
    const generation: Generation = new Generation(this.#sources, {
      onCandidate: (line) => {
        if (generation === this.#generation) this.#onCandidate(line);
      },
      onUnusable: this.#onUnusable,
      onPacket: this.#onPacket,
      onPath: (path) => this.#selected({ path, generation, rttMs: path.rttMs }),
      onCheck: (endpoint, address, port) => {
        const path = this.#selection?.path;
        if (path?.endpoint === endpoint && path.remote.port === port && path.remote.host === address) this.#consent.heard();
      },
    });
    return generation;
  }

  /** The generation before may still change its path, until the new one has one. */
  #selected(selection: Selection): void {
    if (this.#state === "closed" || this.#state === "failed") return;
    const isNew = selection.generation === this.#generation;
    if (!isNew && selection.generation !== this.#selection?.generation) return;
    this.#selection = selection;
    const { endpoint, remote } = selection.path;
    endpoint.select(remote.host, remote.port);
    this.#consent.start();
    if (isNew) this.#leaveLast();
    this.#onSelectedPair(pairOf(selection));
    if (isNew) this.#setState("connected");
  }

  #leaveLast(): void {
    this.#stopPatience();
    clearTimeout(this.#linger);
    if (this.#last === undefined) return;
    this.#last.stop();
    this.#linger = setTimeout(() => this.#endLast(), LINGER_MS);
  }

  async #checkConsent(): Promise<void> {
    const selection = this.#selection;
    if (selection !== undefined) selection.rttMs = await selection.generation.checkConsent(selection.path);
  }

  #expired(): void {
    // A restart is under way; it may find another path.
    if (this.#patience !== undefined) this.#selection = undefined;
    else this.#fail();
  }

  /** The generation found no path. The one before goes on if it still has its own. */
  #giveUp(): void {
    const last = this.#last;
    if (last === undefined || this.#selection?.generation !== last) return this.#fail();
    this.#stopPatience();
    this.#generation.close();
    this.#generation = last;
    this.#last = undefined;
    this.#setState(this.#pathState);
  }

  /** The state while nothing is being checked. */
  get #pathState(): IceState {
    if (this.#selection === undefined) return "new";
    return this.#consent.silent ? "disconnected" : "connected";
  }

  #stopPatience(): void {
    clearTimeout(this.#patience);
    this.#patience = undefined;
  }

  #endLast(): void {
    this.#last?.close();
    this.#last = undefined;
  }

  #fail(): void {
    this.#stopPatience();
    this.#selection = undefined;
    this.#consent.stop();
    this.#generation.close();
    this.#endLast();
    this.#setState("failed");
  }

  #setState(state: IceState): void {
    if (this.#state === state || this.#state === "closed") return;
    this.#state = state;
    this.#onState(state);
  }

  #mustBeOpen(): void {
    if (this.#state === "closed") throw new RtcNodeError("closed", "the agent is closed");
  }
}

function pairOf({ path: { endpoint, local, remote }, rttMs }: Selection): SelectedPair {
  const { relayProtocol } = endpoint;
  const relay = relayProtocol === undefined ? {} : { relayProtocol };
  return { local: { ...endOf(local), ...relay }, remote: endOf(remote), rttMs };
}

function endOf({ type, host, port }: Path["local"]): PathEnd {
  return { type: type === "srflx" || type === "prflx" || type === "relay" ? type : "host", address: host, port };
}
