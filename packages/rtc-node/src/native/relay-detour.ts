import { createSocket, type Socket } from "node:dgram";
import { isIPv4 } from "node:net";

import { readSignedStun, signAgain, StunAttribute, StunType, writeMappedAddress } from "./stun-message.ts";

/** Maximum number of detours of a connection: a browser has a relayed address per network interface and TURN server. */
const MAX_DETOURS = 4;
const LOOPBACK = "127.0.0.1";
/** A tie-breaker is any number (RFC 8445, 16.1). This one loses nearly every tie, as 0 would. */
const TIE_BREAKER = 1n;

export interface RelayDetoursOptions {
  /** Adds a remote candidate to the library. */
  readonly addCandidate: (candidate: string) => void;
  /** Our ICE password. */
  readonly password: () => string | undefined;
}

/**
 * A second path to each relayed address of the remote, for browsers that reach their TURN server over TCP (L-12). Chromium's checks from there have the
 * tie-breaker 0, which libjuice treats as missing: it refuses them, and the browser gives up the pair (libjuice issue 355, up to 1.7.2). So the library
 * gets an additional candidate on loopback. Datagrams are forwarded between it and the relayed address, and checks get another tie-breaker. If the relayed
 * address works directly, that pair has the higher priority.
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
    // Without a detour the direct pair remains.
    socket.on("error", () => this.#drop(socket));
    // A datagram that can't be sent counts as lost.
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

/** Forwards datagrams between the library, which is the first local sender, and the remote's relayed address. Others are dropped. */
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

/** Replaces the tie-breaker 0 in a check of the remote. Everything else is unchanged. */
export function mendRequest(bytes: Buffer, password: string): Buffer {
  const message = readSignedStun(bytes, password);
  if (message?.type !== StunType.BINDING_REQUEST) return bytes;
  const role = message.attributes.get(StunAttribute.ICE_CONTROLLING) ?? message.attributes.get(StunAttribute.ICE_CONTROLLED);
  if (role?.length !== 8 || role.readBigUInt64BE() !== 0n) return bytes;
  role.writeBigUInt64BE(TIE_BREAKER);
  return signAgain(bytes, message.integrityAt, password);
}

/** Replaces the mapped address in our answer to a check, which is the detour's, by the remote's relayed one. */
export function mendResponse(bytes: Buffer, password: string, remote: Endpoint): Buffer {
  const message = readSignedStun(bytes, password);
  const mapped = message?.attributes.get(StunAttribute.XOR_MAPPED_ADDRESS);
  if (message?.type !== StunType.BINDING_SUCCESS || mapped === undefined) return bytes;
  return writeMappedAddress(mapped, remote.address, remote.port) ? signAgain(bytes, message.integrityAt, password) : bytes;
}
