import { createSocket, type Socket } from "node:dgram";
import { isIPv4 } from "node:net";

import { readSignedStun, signAgain, StunAttribute, StunType, writeMappedAddress } from "./stun-message.ts";

/** Most detours of one connection: a browser has a relayed address for each of its network interfaces and TURN servers. */
const MAX_DETOURS = 4;
const LOOPBACK = "127.0.0.1";
/** A tie-breaker is any number (RFC 8445 16.1); this one loses nearly every tie, as 0 would. */
const TIE_BREAKER = 1n;

export interface RelayDetoursOptions {
  /** Gives the library one more candidate of the remote. */
  readonly addCandidate: (candidate: string) => void;
  /** The password of our side of ICE. */
  readonly password: () => string | undefined;
}

/**
 * A second way to each relayed address of the remote, for browsers that reach their TURN server over TCP. Chromium's checks from there have the tie-breaker
 * 0, which libjuice takes for none: it refuses them, and the browser gives the pair up (libjuice issue 355, in 1.7.2 and before). So the library is
 * told of an address on loopback as well; what it sends there goes on to the relayed address, and what comes from there goes to it, with another
 * tie-breaker. Where the relayed address works without, that pair has the higher priority.
 */
export class RelayDetours {
  readonly #options: RelayDetoursOptions;
  readonly #sockets = new Set<Socket>();
  #closed = false;

  constructor(options: RelayDetoursOptions) {
    this.#options = options;
  }

  /** @param candidate as `remoteCandidate` writes it */
  add(candidate: string): void {
    const [, , , priority = "", address = "", port = "", , type] = candidate.split(" ");
    if (this.#closed || type !== "relay" || !isIPv4(address) || address === LOOPBACK || this.#sockets.size >= MAX_DETOURS) return;
    const { addCandidate, password } = this.#options;
    const socket = createSocket("udp4");
    this.#sockets.add(socket);
    // Without a detour there is what there was before.
    socket.on("error", () => this.#drop(socket));
    // A datagram that can't be sent is a lost one.
    const send = (bytes: Buffer, to: Endpoint): void => socket.send(bytes, to.port, to.address, () => {});
    socket.on("message", createForwarder({ address, port: Number(port) }, password, send));
    socket.bind(0, () => {
      socket.unref();
      const lower = Math.max(1, Number(priority) - 1);
      if (!this.#closed)
        addCandidate(`candidate:detour${this.#sockets.size} 1 UDP ${lower} ${LOOPBACK} ${socket.address().port} typ relay`);
    });
  }

  close(): void {
    this.#closed = true;
    for (const socket of this.#sockets) this.#drop(socket);
  }

  #drop(socket: Socket): void {
    if (this.#sockets.delete(socket)) socket.close();
  }
}

interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** Passes datagrams between the library, which is the first to write from this machine, and the remote's relayed address; others are dropped. */
export function createForwarder(
  remote: Endpoint,
  password: () => string | undefined,
  send: (bytes: Buffer, to: Endpoint) => void,
): (bytes: Buffer, from: Endpoint) => void {
  let library: Endpoint | undefined;
  return (bytes, from) => {
    if (from.address === remote.address && from.port === remote.port) {
      if (library !== undefined) send(mendRequest(bytes, password() ?? ""), library);
      return;
    }
    if (from.address !== LOOPBACK) return;
    library ??= { address: from.address, port: from.port };
    if (library.port === from.port) send(mendResponse(bytes, password() ?? "", remote), remote);
  };
}

/** A check of the remote with the tie-breaker 0 gets another; everything else stays as it is. */
export function mendRequest(bytes: Buffer, password: string): Buffer {
  const message = readSignedStun(bytes, password);
  if (message?.type !== StunType.BINDING_REQUEST) return bytes;
  const role = message.attributes.get(StunAttribute.ICE_CONTROLLING) ?? message.attributes.get(StunAttribute.ICE_CONTROLLED);
  if (role?.length !== 8 || role.readBigUInt64BE() !== 0n) return bytes;
  role.writeBigUInt64BE(TIE_BREAKER);
  return signAgain(bytes, message.integrityAt, password);
}

/** Our answer to a check names the address that the check came from: the remote's relayed one, and not the detour's, which would be no relay's to it. */
export function mendResponse(bytes: Buffer, password: string, remote: Endpoint): Buffer {
  const message = readSignedStun(bytes, password);
  const mapped = message?.attributes.get(StunAttribute.XOR_MAPPED_ADDRESS);
  if (message?.type !== StunType.BINDING_SUCCESS || mapped === undefined) return bytes;
  return writeMappedAddress(mapped, remote.address, remote.port) ? signAgain(bytes, message.integrityAt, password) : bytes;
}
