import { createSocket } from "node:dgram";
import type { RemoteInfo, Socket } from "node:dgram";

import type { CandidateAddress } from "./candidate.ts";

/** Address of the emulator's sockets: it carries only loopback traffic. */
export const EMULATOR_HOST = "127.0.0.1";

/** Requested for each socket; the kernel may give less (net.core.rmem_max). Must hold what arrives while the process stalls. */
export const SOCKET_BUFFER_BYTES: number = 4 * 1024 * 1024;

/** Most sources a forwarder talks to: an ICE agent has a few local addresses per connection. */
const MAX_SOURCES = 64;

/** A datagram in flight, and the socket and address for sending it. */
export interface Datagram {
  readonly socket: Socket;
  readonly data: Uint8Array;
  readonly to: CandidateAddress;
}

/** Passes a datagram to one direction of the link: `down` is from the exposed peer to the others. */
export type Carry = (direction: "up" | "down", datagram: Datagram) => void;

/**
 * A port that represents one address of the exposed peer. Datagrams to it go up through the link, and leave from a separate socket
 * for each source, as behind a NAT, so that answers find their way back.
 */
export class Forwarder {
  readonly #front: Socket;
  readonly #target: CandidateAddress;
  readonly #carry: Carry;
  readonly #backs = new Map<string, Socket>();

  private constructor(front: Socket, target: CandidateAddress, carry: Carry) {
    this.#front = front;
    this.#target = target;
    this.#carry = carry;
    front.on("message", (data, from) => this.#fromOthers(data, from));
  }

  static async create(target: CandidateAddress, carry: Carry): Promise<Forwarder> {
    const front = await new Promise<Socket>((resolve) => {
      const socket = openSocket(() => resolve(socket));
    });
    return new Forwarder(front, target, carry);
  }

  get address(): CandidateAddress {
    return { address: EMULATOR_HOST, port: this.#front.address().port };
  }

  /** Local ports of all its sockets. */
  get ports(): number[] {
    return [this.#front, ...this.#backs.values()].map((socket) => socket.address().port);
  }

  close(): void {
    for (const back of this.#backs.values()) back.close();
    this.#backs.clear();
    this.#front.close();
  }

  #fromOthers(data: Uint8Array, from: RemoteInfo): void {
    const socket = this.#backFor({ address: from.address, port: from.port });
    if (socket !== undefined) this.#carry("up", { socket, data, to: this.#target });
  }

  #backFor(source: CandidateAddress): Socket | undefined {
    const key = `${source.address}:${source.port}`;
    const known = this.#backs.get(key);
    if (known !== undefined || this.#backs.size >= MAX_SOURCES) return known;
    const back = openSocket();
    back.on("message", (data) => this.#carry("down", { socket: this.#front, data, to: source }));
    this.#backs.set(key, back);
    return back;
  }
}

/** A socket that is being bound; datagrams that are sent before wait in it. */
function openSocket(bound: () => void = () => {}): Socket {
  const socket = createSocket({ type: "udp4", lookup: asIs });
  // A peer that is gone answers with ICMP. A network ignores that, and so does the emulator.
  socket.on("error", () => {});
  socket.bind(0, EMULATOR_HOST, () => {
    socket.setRecvBufferSize(SOCKET_BUFFER_BYTES);
    socket.setSendBufferSize(SOCKET_BUFFER_BYTES);
    // With this lookup Node binds before `bind` returns, when the caller has no socket yet.
    queueMicrotask(bound);
  });
  return socket;
}

/** Node looks up even numeric addresses, for each datagram, on a later tick. */
function asIs(address: string, _options: unknown, done: (error: null, address: string, family: number) => void): void {
  done(null, address, 4);
}
