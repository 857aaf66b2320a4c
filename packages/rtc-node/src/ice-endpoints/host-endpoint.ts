import type { Endpoint, Receive } from "./endpoint.ts";
import {
  type Address,
  createStunProtocol,
  type LibraryStunProtocol,
  type LibraryTransactions,
  type LibraryTransport,
} from "../ice-agent/library.ts";
import { openUdpPort, type UdpPort } from "./udp-port.ts";

const DONE = Promise.resolve();

/** A port on one of this machine's addresses. */
export class HostEndpoint implements Endpoint {
  readonly protocol: LibraryStunProtocol;
  readonly #port: UdpPort;

  private constructor(port: UdpPort) {
    this.#port = port;
    this.protocol = createStunProtocol(transportOf(port));
  }

  /** @param port shared by all agents that name it; undefined: one of its own @throws if it can't be opened */
  static async open(address: string, port: number | undefined, ufrag: string, receive: Receive): Promise<HostEndpoint> {
    let endpoint: HostEndpoint | undefined;
    const opened = await openUdpPort(address, port, {
      ufrag,
      receive: (packet, from, at) => endpoint && receive(endpoint, packet, from, at),
      awaits: (transactionId) => endpoint?.transactions[transactionId] !== undefined,
    });
    endpoint = new HostEndpoint(opened);
    return endpoint;
  }

  get port(): number {
    return this.#port.port;
  }

  get transactions(): LibraryTransactions {
    return this.protocol.transactions;
  }

  deliver(message: Buffer, address: string, port: number): void {
    this.protocol.datagramReceived(message, [address, port]);
  }

  send(packet: Uint8Array, address: string, port: number): void {
    this.#port.send(packet, address, port);
  }

  claim(address: string, port: number, valid: boolean): void {
    this.#port.claim(address, port, valid);
  }

  select(): void {}

  close(): void {
    for (const transaction of Object.values(this.protocol.transactions)) transaction.cancel();
    this.#port.close();
  }
}

/** What the library sends goes through the port; what arrives does not go to the library by itself. */
function transportOf(port: UdpPort): LibraryTransport {
  return {
    type: "udp",
    address: { address: port.address, port: port.port },
    closed: false,
    onData: () => {},
    send: (data: Buffer, to?: Address) => {
      if (to !== undefined) port.send(data, to[0], to[1]);
      return DONE;
    },
    close: () => DONE,
  };
}
