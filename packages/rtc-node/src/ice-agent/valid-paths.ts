import type { Endpoint } from "../ice-endpoints/endpoint.ts";

/** Maximum number of remote addresses of an agent that have answered a check, or whose check is being answered. */
const MAX_PATHS = 128;
/** Packets that are kept until their address has answered our check. The peer may be a round trip ahead of us, and begin its handshake. */
const MAX_HELD = 16;

interface Path {
  valid: boolean;
  readonly held: Buffer[];
}

/** From where packets are accepted: only addresses that have answered one of our checks. */
export class ValidPaths {
  readonly #paths = new Map<Endpoint, Map<string, Path>>();
  #count = 0;
  #held = 0;
  #lastEndpoint: Endpoint | undefined;
  #lastAddress = "";
  #lastPort = 0;

  has(endpoint: Endpoint, address: string, port: number): boolean {
    if (endpoint === this.#lastEndpoint && port === this.#lastPort && address === this.#lastAddress) return true;
    if (this.#find(endpoint, address, port)?.valid !== true) return false;
    [this.#lastEndpoint, this.#lastAddress, this.#lastPort] = [endpoint, address, port];
    return true;
  }

  /** The address sent an authenticated check, so it will probably be valid soon. @returns false if it already is, or if there are too many */
  expect(endpoint: Endpoint, address: string, port: number): boolean {
    return this.#open(endpoint, address, port)?.valid === false;
  }

  /** Keeps a packet of an expected address. */
  hold(endpoint: Endpoint, address: string, port: number, packet: Buffer): void {
    const path = this.#find(endpoint, address, port);
    if (path === undefined || this.#held >= MAX_HELD) return;
    path.held.push(packet);
    this.#held += 1;
  }

  /** The address answered our check. @returns the packets that were held */
  validate(endpoint: Endpoint, address: string, port: number): Buffer[] {
    const path = this.#open(endpoint, address, port);
    if (path === undefined) return [];
    path.valid = true;
    this.#held -= path.held.length;
    return path.held.splice(0);
  }

  #find(endpoint: Endpoint, address: string, port: number): Path | undefined {
    return this.#paths.get(endpoint)?.get(`${address} ${port}`);
  }

  #open(endpoint: Endpoint, address: string, port: number): Path | undefined {
    const known = this.#find(endpoint, address, port);
    if (known !== undefined || this.#count >= MAX_PATHS) return known;
    const ofEndpoint = this.#paths.get(endpoint) ?? new Map<string, Path>();
    this.#paths.set(endpoint, ofEndpoint);
    const path: Path = { valid: false, held: [] };
    ofEndpoint.set(`${address} ${port}`, path);
    this.#count += 1;
    return path;
  }
}
