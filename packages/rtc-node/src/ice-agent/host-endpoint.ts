import type { Socket } from "node:dgram";

import type { Endpoint, Receive } from "./endpoint.ts";
import { type Address, createStunProtocol, type LibraryStunProtocol, type LibraryTransactions, type LibraryTransport } from "./library.ts";

const DONE = Promise.resolve();

/** A socket on one of this machine's addresses. */
export class HostEndpoint implements Endpoint {
  readonly protocol: LibraryStunProtocol;
  readonly #socket: Socket;
  #open = true;

  constructor(socket: Socket, receive: Receive) {
    this.#socket = socket;
    this.protocol = createStunProtocol(transportOf(socket, (data, address, port) => this.send(data, address, port)));
    this.protocol.localIp = socket.address().address;
    socket.on("message", (packet, { address, port }) => receive(this, packet, address, port));
  }

  get port(): number {
    return this.#socket.address().port;
  }

  get transactions(): LibraryTransactions {
    return this.protocol.transactions;
  }

  deliver(message: Buffer, address: string, port: number): void {
    this.protocol.datagramReceived(message, [address, port]);
  }

  send(packet: Uint8Array, address: string, port: number): void {
    if (this.#open) this.#socket.send(packet, port, address);
  }

  select(): void {}

  close(): void {
    for (const transaction of Object.values(this.protocol.transactions)) transaction.cancel();
    if (this.#open) this.#socket.close();
    this.#open = false;
  }
}

/** What the library sends goes through the socket; what arrives does not go to the library by itself. */
function transportOf(socket: Socket, send: HostEndpoint["send"]): LibraryTransport {
  return {
    type: "udp",
    address: socket.address(),
    closed: false,
    onData: () => {},
    send: (data: Buffer, to?: Address) => {
      if (to !== undefined) send(data, to[0], to[1]);
      return DONE;
    },
    close: () => DONE,
  };
}
