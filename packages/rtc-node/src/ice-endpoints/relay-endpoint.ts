import type { IceServerUrl } from "../ice/ice-servers.ts";
import { RtcNodeError } from "../rtc-node-error.ts";
import type { Endpoint, Receive } from "./endpoint.ts";
import {
  type Address,
  classes,
  createTurnClient,
  type LibraryTransactions,
  type LibraryTransport,
  type LibraryTurnClient,
  type LibraryTurnProtocol,
  Message,
  methods,
  removeSignature,
  type TransactionRequestOptions,
} from "../ice-agent/library.ts";
import { readStun } from "../ice-agent/stun-frame.ts";
import { CHANNEL_HEADER_BYTES, isChannelData } from "./turn-frames.ts";
import { openTurnLink, type TurnLink, type TurnLinkOptions } from "./turn-link.ts";

/** An allocation is refreshed three times in its lifetime, so two refreshes may fail. */
const REFRESHES = 3;
/** Shortest interval of refreshes, ms: a server's number must not make us flood it. */
const MIN_REFRESH_MS = 1_000;
/** Interval at which the channel of the selected path is bound again, ms. Its permission lasts for 300 s (RFC 8656, 9), the channel itself for 600 s. */
const CHANNEL_REFRESH_MS = 200_000;
/** Longest wait for the server's answer to a release, ms. */
const RELEASE_TIMEOUT_MS = 500;
/** Requests to the server: 7.75 s in total. */
const UDP_REQUESTS: TransactionRequestOptions = { retransmissions: 4, responseTimeout: 250 };
/** A stream retransmits by itself (RFC 8489, 6.2.2). */
const STREAM_REQUESTS: TransactionRequestOptions = { retransmissions: 0, responseTimeout: 8_000 };
/** The server's errors that ask for another nonce. They are not signed (RFC 8489, 9.2.4). */
const UNAUTHENTICATED = 401;
const STALE_NONCE = 438;
const DONE = Promise.resolve();

/** An address at a TURN server (RFC 8656). */
export class RelayEndpoint implements Endpoint {
  readonly protocol: LibraryTurnProtocol;
  readonly #client: LibraryTurnClient;
  readonly #link: TurnLink;
  readonly #receive: Receive;
  readonly #deliver: (message: Buffer, address: Address) => void;
  readonly #handleReply: (frame: Buffer) => void;
  #refreshTimer: NodeJS.Timeout | undefined;
  #channelTimer: NodeJS.Timeout | undefined;
  #selected: { readonly address: string; readonly port: number; header: Buffer | undefined } | undefined;

  private constructor(link: TurnLink, { username, password }: IceServerUrl, receive: Receive) {
    this.#link = link;
    this.#receive = receive;
    const transport = transportOf(link);
    const { client, protocol } = createTurnClient(link.server, { username, password }, transport, CHANNEL_REFRESH_MS / 1000 / 2);
    this.#client = client;
    this.protocol = protocol;
    this.#handleReply = (frame) => transport.onData(frame, link.server);
    this.#deliver = protocol.handleStunMessage.bind(protocol);
    protocol.handleStunMessage = (data, [address, port]) => receive(this, data, address, port);
    // The library's own timer would keep the process alive after close().
    client.refresh = (seconds) => this.#keepAllocation(seconds);
    client.request = requestWith(client, link.transport === "udp" ? UDP_REQUESTS : STREAM_REQUESTS);
  }

  /** Allocates an address. @throws if the server can't be reached, or refuses. After an abort it may hang, but holds nothing */
  static async open(server: IceServerUrl, options: Omit<TurnLinkOptions, "onFrame">, receive: Receive): Promise<RelayEndpoint> {
    let onFrame = (_frame: Buffer): void => {};
    const link = await openTurnLink(server, { ...options, onFrame: (frame) => onFrame(frame) });
    const endpoint = new RelayEndpoint(link, server, receive);
    onFrame = (frame) => endpoint.#onFrame(frame);
    const end = (): void => endpoint.#end();
    options.signal.addEventListener("abort", end, { once: true });
    try {
      options.signal.throwIfAborted();
      await endpoint.#client.connectionMade();
      options.signal.throwIfAborted();
      if (!Array.isArray(endpoint.#client.relayedAddress)) throw new RtcNodeError("no-socket", `${server.url} allocated nothing`);
    } catch (error) {
      end();
      throw error;
    } finally {
      options.signal.removeEventListener("abort", end);
    }
    return endpoint;
  }

  get relayProtocol(): "udp" | "tcp" | "tls" {
    return this.#link.transport;
  }

  get relayedAddress(): Address {
    return this.#client.relayedAddress;
  }

  get transactions(): LibraryTransactions {
    return this.#client.transactions;
  }

  deliver(message: Buffer, address: string, port: number): void {
    this.#deliver(message, [address, port]);
  }

  send(packet: Uint8Array, address: string, port: number): void {
    const selected = this.#selected;
    if (selected === undefined || selected.port !== port || selected.address !== address) return;
    selected.header ??= this.#channelHeader(address, port);
    if (selected.header === undefined) {
      this.#client.sendData(Buffer.from(packet), [address, port]).catch(() => {});
      return;
    }
    const header = Buffer.from(selected.header);
    header.writeUInt16BE(packet.length, 2);
    this.#link.send([header, packet]);
  }

  claim(): void {}

  select(address: string, port: number): void {
    this.#selected = { address, port, header: undefined };
    clearInterval(this.#channelTimer);
    this.#channelTimer = setInterval(() => void this.#client.getChannel([address, port]).catch(() => {}), CHANNEL_REFRESH_MS);
  }

  close(): void {
    clearInterval(this.#refreshTimer);
    clearInterval(this.#channelTimer);
    const timer = setTimeout(() => this.#end(), RELEASE_TIMEOUT_MS);
    const ended = (): void => {
      clearTimeout(timer);
      this.#end();
    };
    this.#refresh(0).then(ended, ended);
  }

  #onFrame(frame: Buffer): void {
    if (isChannelData(frame)) {
      const peer = this.#client.addrByChannel[frame.readUInt16BE(0)];
      const end = CHANNEL_HEADER_BYTES + frame.readUInt16BE(2);
      if (peer !== undefined && end <= frame.length) this.#receive(this, frame.subarray(CHANNEL_HEADER_BYTES, end), peer[0], peer[1]);
      return;
    }
    const reply = readStun(frame);
    if (reply === undefined) return;
    if (reply.class === "error" && (reply.errorCode === STALE_NONCE || reply.errorCode === UNAUTHENTICATED)) {
      const transaction = this.#client.transactions[reply.transactionId];
      // Otherwise the library would wait for a signed one.
      if (transaction !== undefined && reply.integrityAt === undefined) transaction.integrityKey = undefined;
    }
    this.#handleReply(frame);
  }

  #channelHeader(address: string, port: number): Buffer | undefined {
    const channel = this.#client.channelByAddr[JSON.stringify([address, port])];
    if (channel === undefined) return undefined;
    const header = Buffer.alloc(CHANNEL_HEADER_BYTES);
    header.writeUInt16BE(channel.number);
    return header;
  }

  /** @param seconds the lifetime that the server granted */
  #keepAllocation(seconds: number): void {
    const interval = Math.max(MIN_REFRESH_MS, (seconds * 1000) / REFRESHES);
    this.#refreshTimer = setInterval(() => void this.#refresh(seconds).catch(() => {}), interval);
  }

  async #refresh(seconds: number): Promise<void> {
    const message = new Message(methods.REFRESH, classes.REQUEST).setAttribute("LIFETIME", seconds);
    await this.#client.requestWithRetry(message, this.#link.server);
  }

  #end(): void {
    clearInterval(this.#refreshTimer);
    for (const transaction of Object.values(this.#client.transactions)) transaction.cancel();
    this.#link.close();
  }
}

/** The library signs a request that it repeats with another nonce over its old signature, which servers refuse. */
function requestWith(client: LibraryTurnClient, options: TransactionRequestOptions): LibraryTurnClient["request"] {
  const request = client.request.bind(client);
  return (message, address) => {
    removeSignature(message);
    // The library stores the key in the options.
    return request(message, address, undefined, { ...options });
  };
}

function transportOf(link: TurnLink): LibraryTransport {
  const [address, port] = link.server;
  return {
    type: link.transport,
    address: { address, port },
    closed: false,
    onData: () => {},
    send: (data) => {
      link.send([data]);
      return DONE;
    },
    close: () => DONE,
  };
}
