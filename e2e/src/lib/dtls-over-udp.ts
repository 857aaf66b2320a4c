/* A DTLS connection straight over UDP, with a path that loses datagrams: a carrier for interop tests. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { createDeferred } from "@rangecast/base";
import { type Certificate, type ConnectionEnd, type ConnectionOptions, createCertificate, DtlsConnection } from "@rangecast/dtls";

/** Decides about each datagram, of either direction: true loses it. */
export type Loss = () => boolean;

export class DtlsOverUdp {
  readonly #socket: Socket;
  #connection: DtlsConnection | undefined;
  #peerPort: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  loss: Loss = () => false;
  readonly #opened = createDeferred<void>();
  readonly #ended = createDeferred<ConnectionEnd>();
  readonly #received: Uint8Array[] = [];
  #onReceived: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("message", (datagram, from) => {
      // Before the start nothing is read: the peer repeats it.
      if (this.#connection === undefined) return;
      this.#peerPort ??= from.port;
      if (!this.loss()) this.#connection.receive(datagram, performance.now());
      this.pump();
    });
  }

  /** Opens a socket on loopback. */
  static async open(): Promise<DtlsOverUdp> {
    const socket = createSocket("udp4");
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    return new DtlsOverUdp(socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  get connection(): DtlsConnection {
    if (this.#connection === undefined) throw new Error("it has not been started");
    return this.#connection;
  }

  /** Rejects if it ends first. */
  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  get ended(): Promise<ConnectionEnd> {
    return this.#ended.promise;
  }

  /** Begins the handshake; a client with the peer at this port. */
  start(options: ConnectionOptions, peerPort?: number): void {
    this.#peerPort = peerPort;
    this.#connection = new DtlsConnection({
      ...options,
      onOpen: () => this.#opened.resolve(),
      onData: (bytes) => {
        this.#received.push(bytes);
        this.#onReceived();
      },
      onEnd: (end) => {
        this.#ended.resolve(end);
        this.#opened.reject(new Error(`the connection ended: ${end.reason}, ${end.message}`));
      },
    });
    this.#connection.start(performance.now());
    this.pump();
  }

  send(text: string): void {
    this.#send(this.connection.protect(Buffer.from(text)));
  }

  /** Resolves to all that has arrived, as text, once it ends with this. */
  async received(end: string): Promise<string> {
    for (;;) {
      const text = Buffer.concat(this.#received).toString();
      if (text.endsWith(end)) return text;
      const more = createDeferred<void>();
      this.#onReceived = () => more.resolve();
      await more.promise;
    }
  }

  /** Closes the connection, and tells the peer. */
  end(): void {
    this.connection.close();
    this.pump();
  }

  /** Sends what is due, and sets the timer for what will be. */
  pump(): void {
    const connection = this.#connection;
    if (this.#closed || connection === undefined) return;
    for (;;) {
      const datagram = connection.poll(performance.now());
      if (datagram === undefined) break;
      this.#send(datagram);
    }
    clearTimeout(this.#timer);
    const now = performance.now();
    const deadline = connection.deadline(now);
    if (deadline !== Number.POSITIVE_INFINITY) this.#timer = setTimeout(() => this.pump(), deadline - now);
  }

  #send(datagram: Uint8Array): void {
    if (this.#peerPort === undefined || this.loss()) return;
    // The view is valid until the next call only, and the socket may keep it longer.
    this.#socket.send(Uint8Array.from(datagram), this.#peerPort, "127.0.0.1");
  }

  /** Closes the socket, without telling the peer. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket.close();
  }
}

/** Our certificate, the same for all tests of a file. */
export const OWN_CERTIFICATE: Certificate = createCertificate();
