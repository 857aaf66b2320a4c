/* An SCTP association straight over UDP, with a path that loses and delays packets: a carrier for interop tests, without DTLS. */
import { createHmac, randomBytes } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { Association, type AssociationOptions } from "@rangecast/sctp";

/** Asked of the kernel for each socket, bytes; it gives what net.core.rmem_max allows. */
const SOCKET_BUFFER_BYTES = 4 * 1024 * 1024;
/** Length of the key that authenticates state cookies, bytes. */
const COOKIE_KEY_BYTES = 32;

/** An association, or what runs one. */
export interface Endpoint extends Pick<Association, "receive" | "poll" | "deadline"> {
  readonly association: Association;
}

/** Decides about each packet of one direction: true loses it. */
export type Loss = () => boolean;

export class SctpOverUdp {
  readonly association: Association;
  readonly #endpoint: Pick<Endpoint, "receive" | "poll" | "deadline">;
  readonly #socket: Socket;
  #peerPort: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  /** Loses packets that we send. */
  lossThere: Loss = () => false;
  /** Loses packets that arrive. */
  lossBack: Loss = () => false;
  /** Delay of each direction, milliseconds. A timer of Node may add another. */
  delayMs = 0;
  /** Packets that were given to the socket, and that the path lost. */
  readonly packets = { sent: 0, lostThere: 0, arrived: 0, lostBack: 0 };

  private constructor(socket: Socket, association: Association, endpoint: Pick<Endpoint, "receive" | "poll" | "deadline">) {
    this.#socket = socket;
    this.association = association;
    this.#endpoint = endpoint;
    socket.on("message", (packet, from) => {
      this.#peerPort ??= from.port;
      this.packets.arrived += 1;
      if (this.lossBack()) this.packets.lostBack += 1;
      else this.#afterDelay(() => this.#receive(packet));
    });
  }

  /** An association on a socket of loopback. */
  static async open(options: Partial<AssociationOptions>): Promise<SctpOverUdp> {
    const association = new Association({ ...cryptography(), ...options });
    return new SctpOverUdp(await openSocket(), association, association);
  }

  /** The same, with what runs the association. */
  static async openWith<T extends Endpoint>(build: (options: AssociationOptions) => T): Promise<{ carrier: SctpOverUdp; endpoint: T }> {
    const endpoint = build(cryptography());
    return { carrier: new SctpOverUdp(await openSocket(), endpoint.association, endpoint), endpoint };
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Begins the handshake with the peer at this port. */
  connect(peerPort: number): void {
    this.#peerPort = peerPort;
    this.association.connect(performance.now());
    this.pump();
  }

  /** Sends what is due, and sets the timer for what will be. Call it after each call into the association. */
  pump(): void {
    if (this.#closed) return;
    for (;;) {
      const packet = this.#endpoint.poll(performance.now());
      if (packet === undefined) break;
      this.#send(packet);
    }
    clearTimeout(this.#timer);
    const now = performance.now();
    const deadline = this.#endpoint.deadline(now);
    if (deadline !== Number.POSITIVE_INFINITY) this.#timer = setTimeout(() => this.pump(), deadline - now);
  }

  #send(packet: Uint8Array): void {
    if (this.lossThere()) {
      this.packets.lostThere += 1;
      return;
    }
    if (this.#peerPort === undefined) return;
    this.packets.sent += 1;
    // The view is valid until the next poll only, and the socket may keep it longer.
    const copy = Uint8Array.from(packet);
    const port = this.#peerPort;
    this.#afterDelay(() => this.#socket.send(copy, port, "127.0.0.1"));
  }

  #receive(packet: Uint8Array): void {
    this.#endpoint.receive(packet, performance.now());
    this.pump();
  }

  /** Runs a task when a packet has crossed the path; of two, the earlier one first. */
  #afterDelay(task: () => void): void {
    if (this.delayMs === 0) return task();
    setTimeout(() => {
      if (!this.#closed) task();
    }, this.delayMs);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket.close();
  }
}

function cryptography(): Pick<AssociationOptions, "randomBytes" | "authenticate"> {
  const key = randomBytes(COOKIE_KEY_BYTES);
  return {
    randomBytes: (length) => randomBytes(length),
    authenticate: (bytes) => createHmac("sha256", key).update(bytes).digest(),
  };
}

async function openSocket(): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  socket.setRecvBufferSize(SOCKET_BUFFER_BYTES);
  socket.setSendBufferSize(SOCKET_BUFFER_BYTES);
  return socket;
}
