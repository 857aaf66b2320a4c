import type { Socket } from "node:dgram";

import { looksLikeStun, readStun } from "../ice-agent/stun-frame.ts";
import type { PortUser, UdpPort } from "./udp-port.ts";
import { openUdpSocket } from "./udp-socket.ts";

interface Owner {
  readonly user: PortUser;
  readonly valid: boolean;
}

/** The open ports by local address and port. They are shared by all agents of the process. */
const ports = new Map<string, Promise<SharedSocket>>();

/** Joins a port, which is opened for the first one. @throws if it is in use by another program */
export async function joinSharedPort(address: string, port: number, user: PortUser): Promise<UdpPort> {
  const key = keyOf(address, port);
  const opening = ports.get(key) ?? openUdpSocket(address, port).then((socket) => new SharedSocket(socket, () => ports.delete(key)));
  ports.set(key, opening);
  opening.catch(() => ports.delete(key));
  return (await opening).join(user);
}

/** A socket of several agents. */
class SharedSocket {
  readonly #socket: Socket;
  readonly #onClosed: () => void;
  readonly #users = new Set<PortUser>();
  /** By remote address and port. */
  readonly #owners = new Map<string, Owner>();

  constructor(socket: Socket, onClosed: () => void) {
    this.#socket = socket;
    this.#onClosed = onClosed;
    socket.on("message", (packet, { address, port }) => this.#userOf(packet, address, port)?.receive(packet, address, port));
  }

  join(user: PortUser): UdpPort {
    this.#users.add(user);
    const { address, port } = this.#socket.address();
    return {
      address,
      port,
      send: (packet, to, at) => void (this.#users.has(user) && this.#socket.send(packet, at, to)),
      claim: (from, at, valid) => this.#claim(keyOf(from, at), { user, valid }),
      close: () => this.#leave(user),
    };
  }

  #userOf(packet: Buffer, address: string, port: number): PortUser | undefined {
    if (!looksLikeStun(packet)) return this.#owners.get(keyOf(address, port))?.user;
    const frame = readStun(packet);
    if (frame === undefined) return undefined;
    const isResponse = frame.class === "success" || frame.class === "error";
    for (const user of this.#users) {
      if (isResponse ? user.awaits(frame.transactionId) : user.ufrag === frame.ufrag) return user;
    }
    return undefined;
  }

  /** An address that has answered a check belongs to the agent that asked; another agent's peer can't take it by a forged source. */
  #claim(key: string, owner: Owner): void {
    if (owner.valid || this.#owners.get(key)?.valid !== true) this.#owners.set(key, owner);
  }

  #leave(user: PortUser): void {
    if (!this.#users.delete(user)) return;
    for (const [key, owner] of this.#owners) if (owner.user === user) this.#owners.delete(key);
    if (this.#users.size > 0) return;
    this.#socket.close();
    this.#onClosed();
  }
}

function keyOf(address: string, port: number): string {
  return `${address} ${port}`;
}
