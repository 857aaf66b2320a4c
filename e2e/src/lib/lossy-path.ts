/*
 * A path with delay, loss and an MTU between our host candidate and a peer. Each side gets addresses of the path in place of the other's: Firefox sends no check to
 * loopback before one has come from there. A peer that hides its addresses appears to us as peer-reflexive:
 *
 *   peer ◀──▶ front socket │ delay, loss │ back socket, one for each address of the peer ◀──▶ our host candidate
 */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { candidateLines, readCandidateFacts } from "@rangecast/rtc";
import { createRandom } from "@rangecast/testkit/random";

const HOST = "127.0.0.1";
/** Asked of the kernel for each socket, bytes; it gives what net.core.rmem_max allows. */
const SOCKET_BUFFER_BYTES = 4 * 1024 * 1024;
export interface LossyPathOptions {
  /** Of each direction, milliseconds. @default 0 */
  readonly delayMs?: number;
  /** Larger datagrams are lost, bytes of UDP payload. @default Infinity */
  readonly maxDatagramBytes?: number;
  readonly seed?: number;
}

export class LossyPath {
  /** Share of datagrams that are lost, of each direction: 0 to 1. */
  loss = 0;
  /** Datagrams that arrived here, and those that were lost. */
  readonly datagrams = { there: 0, back: 0, lost: 0, tooLarge: 0 };
  readonly #delayMs: number;
  readonly #maxDatagramBytes: number;
  readonly #random: () => number;
  readonly #front: Socket;
  readonly #backs = new Map<string, Promise<Socket>>();
  #ourPort = 0;
  #closed = false;

  private constructor(front: Socket, { delayMs = 0, seed = 1, maxDatagramBytes = Number.POSITIVE_INFINITY }: LossyPathOptions) {
    this.#front = front;
    this.#delayMs = delayMs;
    this.#maxDatagramBytes = maxDatagramBytes;
    this.#random = createRandom(seed);
    front.on("message", (datagram, { address, port }) => {
      this.datagrams.there++;
      void this.#backOf(address, port).then((back) => this.#pass(datagram, () => back.send(datagram, this.#ourPort, HOST)));
    });
  }

  static async open(options: LossyPathOptions = {}): Promise<LossyPath> {
    return new LossyPath(await bindSocket(), options);
  }

  /** Our description for the peer: with this path's address, in place of our host candidate on IPv4. */
  ours(sdp: string): string {
    const line = candidateLines(sdp).find((each) => readCandidateFacts(each)?.address === HOST);
    const port = line === undefined ? undefined : readCandidateFacts(line)?.port;
    if (line === undefined || port === undefined) throw new Error(`no host candidate on ${HOST}`);
    this.#ourPort = port;
    const { port: front } = this.#front.address();
    return withoutCandidates(sdp, new Set([line])).replace(line, line.replace(` ${port} `, ` ${front} `));
  }

  /** The peer's description for us: with this path's addresses, in place of the peer's on IPv4. */
  async theirs(sdp: string): Promise<string> {
    let shown = sdp;
    const kept = new Set<string>();
    for (const line of candidateLines(sdp)) {
      const { address, port, family, protocol } = readCandidateFacts(line) ?? {};
      if (address === undefined || port === undefined || family !== 4 || protocol !== "udp") continue;
      const back = await this.#backOf(address, port);
      const changed = line.replace(` ${address} ${port} `, ` ${HOST} ${back.address().port} `);
      shown = shown.replace(line, changed);
      kept.add(changed);
    }
    return withoutCandidates(shown, kept);
  }

  /** Nothing passes any more. */
  cut(): void {
    this.loss = 1;
  }

  close(): void {
    this.#closed = true;
    this.#front.close();
    for (const back of this.#backs.values()) void back.then((socket) => socket.close());
  }

  #backOf(address: string, port: number): Promise<Socket> {
    const key = `${address} ${port}`;
    let back = this.#backs.get(key);
    if (back === undefined) {
      back = this.#createBack(address, port);
      this.#backs.set(key, back);
    }
    return back;
  }

  async #createBack(address: string, port: number): Promise<Socket> {
    const back = await bindSocket();
    back.on("message", (datagram) => {
      this.datagrams.back++;
      this.#pass(datagram, () => this.#front.send(datagram, port, address));
    });
    return back;
  }

  #pass(datagram: Buffer, send: () => void): void {
    if (datagram.byteLength > this.#maxDatagramBytes) {
      this.datagrams.tooLarge++;
      return;
    }
    if (this.#random() < this.loss) {
      this.datagrams.lost++;
      return;
    }
    const unlessClosed = (): void => {
      if (!this.#closed) send();
    };
    if (this.#delayMs === 0) unlessClosed();
    else setTimeout(unlessClosed, this.#delayMs);
  }
}

async function bindSocket(): Promise<Socket> {
  const socket = createSocket({ type: "udp4", recvBufferSize: SOCKET_BUFFER_BYTES, sendBufferSize: SOCKET_BUFFER_BYTES }).bind(0, HOST);
  await once(socket, "listening");
  return socket;
}

/** @param kept the only ones that stay */
function withoutCandidates(sdp: string, kept: ReadonlySet<string>): string {
  const lines = sdp.split("\r\n").filter((line) => !/^a=(?:candidate:|end-of-candidates)/u.test(line) || kept.has(line));
  return lines.join("\r\n");
}
