/*
 * A path with delay, loss and an MTU between our host candidate and a peer. The peer gets the relay's address in place of ours, and we get none of the peer's, so
 * that it appears to us as peer-reflexive:
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
  readonly #backs = new Map<string, Socket>();
  #ourPort = 0;
  #closed = false;

  private constructor(front: Socket, { delayMs = 0, seed = 1, maxDatagramBytes = Number.POSITIVE_INFINITY }: LossyPathOptions) {
    this.#front = front;
    this.#delayMs = delayMs;
    this.#maxDatagramBytes = maxDatagramBytes;
    this.#random = createRandom(seed);
    front.on("message", (datagram, { address, port }) => {
      this.datagrams.there++;
      const back = this.#backOf(address, port);
      this.#pass(datagram, () => back.send(datagram, this.#ourPort, HOST));
    });
  }

  static async open(options: LossyPathOptions = {}): Promise<LossyPath> {
    const front = createSocket({ type: "udp4", recvBufferSize: SOCKET_BUFFER_BYTES, sendBufferSize: SOCKET_BUFFER_BYTES }).bind(0, HOST);
    await once(front, "listening");
    return new LossyPath(front, options);
  }

  /** Our description for the peer: with this path's address, in place of our host candidate on IPv4. */
  ours(sdp: string): string {
    const line = candidateLines(sdp).find((each) => readCandidateFacts(each)?.address === HOST);
    const port = line === undefined ? undefined : readCandidateFacts(line)?.port;
    if (line === undefined || port === undefined) throw new Error(`no host candidate on ${HOST}`);
    this.#ourPort = port;
    const { port: front } = this.#front.address();
    return withoutCandidates(sdp, line).replace(line, line.replace(` ${port} `, ` ${front} `));
  }

  /** The peer's description for us: without candidates. */
  theirs(sdp: string): string {
    return withoutCandidates(sdp);
  }

  /** Nothing passes any more. */
  cut(): void {
    this.loss = 1;
  }

  close(): void {
    this.#closed = true;
    this.#front.close();
    for (const back of this.#backs.values()) back.close();
  }

  #backOf(address: string, port: number): Socket {
    const key = `${address} ${port}`;
    let back = this.#backs.get(key);
    if (back === undefined) {
      back = createSocket({ type: "udp4", recvBufferSize: SOCKET_BUFFER_BYTES, sendBufferSize: SOCKET_BUFFER_BYTES });
      back.bind(0, HOST);
      back.on("message", (datagram) => {
        this.datagrams.back++;
        this.#pass(datagram, () => this.#front.send(datagram, port, address));
      });
      this.#backs.set(key, back);
    }
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

/** @param kept the only one that stays */
function withoutCandidates(sdp: string, kept?: string): string {
  const lines = sdp.split("\r\n").filter((line) => !/^a=(?:candidate:|end-of-candidates)/u.test(line) || line === kept);
  return lines.join("\r\n");
}
