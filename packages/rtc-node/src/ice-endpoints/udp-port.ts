import { joinSharedPort } from "./shared-port.ts";
import { openUdpSocket } from "./udp-socket.ts";

/** Who receives what arrives at a port. */
export interface PortUser {
  /** The user name fragment of checks for this user. */
  readonly ufrag: string;
  receive(packet: Buffer, address: string, port: number): void;
  /** Whether a request with this transaction id waits for its response. */
  awaits(transactionId: string): boolean;
}

/** A local UDP port, as one agent sees it. */
export interface UdpPort {
  readonly address: string;
  readonly port: number;
  send(packet: Uint8Array, address: string, port: number): void;
  /** Packets from this address are the user's. @param valid it has answered a check; otherwise it has sent one */
  claim(address: string, port: number, valid: boolean): void;
  close(): void;
}

/** Opens a port. @param port shared by all agents that name it; undefined: one of its own @throws if it can't be opened */
export async function openUdpPort(address: string, port: number | undefined, user: PortUser): Promise<UdpPort> {
  if (port !== undefined) return joinSharedPort(address, port, user);
  const socket = await openUdpSocket(address, 0);
  let open = true;
  socket.on("message", (packet, from) => user.receive(packet, from.address, from.port));
  return {
    address,
    port: socket.address().port,
    send: (packet, to, at) => {
      if (open) socket.send(packet, at, to);
    },
    claim: () => {},
    close: () => {
      if (open) socket.close();
      open = false;
    },
  };
}
