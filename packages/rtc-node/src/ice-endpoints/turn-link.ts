import type { Socket as UdpSocket } from "node:dgram";
import { ADDRCONFIG } from "node:dns";
import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { connect as connectTcp, isIP, isIPv4, type Socket as StreamSocket } from "node:net";
import { connect as connectTls, rootCertificates } from "node:tls";

import type { IceServerUrl } from "../ice/ice-servers.ts";
import { RtcNodeError } from "../rtc-node-error.ts";
import type { Address } from "../ice-agent/library.ts";
import { paddingOf, TurnFrames } from "./turn-frames.ts";
import { openUdpSocket } from "./udp-socket.ts";

/** Longest time until a stream to a TURN server is open, ms. */
const OPEN_TIMEOUT_MS = 8_000;
/** What may wait in a stream, bytes. More is dropped, as a network would: otherwise packets would wait for seconds. */
const MAX_QUEUED_BYTES = 256 * 1024;
const PADDING = Buffer.alloc(4);

/** A way to a TURN server. */
export interface TurnLink {
  readonly server: Address;
  readonly transport: "udp" | "tcp" | "tls";
  /** Sends the parts as one frame. */
  send(parts: readonly Uint8Array[]): void;
  close(): void;
}

export interface TurnLinkOptions {
  /** The local address to use. @default the system's choice */
  readonly bindAddress?: string | undefined;
  /** PEM, in addition to the well-known ones. */
  readonly certificates?: string | undefined;
  /** Ends the attempt. */
  readonly signal: AbortSignal;
  readonly onFrame: (frame: Buffer) => void;
}

/** Opens a way to the server. @throws if it can't be resolved or reached */
export async function openTurnLink(server: IceServerUrl, options: TurnLinkOptions): Promise<TurnLink> {
  const { bindAddress } = options;
  const family = bindAddress === undefined ? 0 : isIPv4(bindAddress) ? 4 : 6;
  const address = await resolveHost(server.hostname, family);
  return server.transport === "udp" ? openUdpLink(address, server.port, options) : openStreamLink(address, server, options);
}

/** @param family 4 or 6: only such addresses; 0: any */
export async function resolveHost(hostname: string, family: 0 | 4 | 6): Promise<string> {
  const known = isIP(hostname);
  // Only addresses of a family that this machine has.
  if (known === 0) return (await lookup(hostname, { family, hints: ADDRCONFIG })).address;
  if (family !== 0 && known !== family) throw new RtcNodeError("no-socket", `${hostname} can't be reached from an IPv${family} address`);
  return hostname;
}

async function openUdpLink(address: string, port: number, { bindAddress, onFrame }: TurnLinkOptions): Promise<TurnLink> {
  const socket: UdpSocket = await openUdpSocket(bindAddress ?? (isIPv4(address) ? "0.0.0.0" : "::"), 0);
  let open = true;
  socket.on("message", (frame, from) => {
    if (from.address === address && from.port === port) onFrame(frame);
  });
  return {
    server: [address, port],
    transport: "udp",
    send: (parts) => open && socket.send(parts, port, address),
    close: () => {
      if (open) socket.close();
      open = false;
    },
  };
}

async function openStreamLink(address: string, server: IceServerUrl, options: TurnLinkOptions): Promise<TurnLink> {
  const { hostname, port, transport } = server;
  const to = { host: address, port, ...(options.bindAddress === undefined ? {} : { localAddress: options.bindAddress }) };
  // Node checks the certificate against the name, or against the address if there is no name.
  const name = isIP(hostname) === 0 ? { servername: hostname } : {};
  const ca = options.certificates === undefined ? {} : { ca: [...rootCertificates, options.certificates] };
  const socket: StreamSocket = transport === "tls" ? connectTls({ ...to, ...name, ...ca }) : connectTcp(to);
  socket.setNoDelay(true);
  const timeout = AbortSignal.timeout(OPEN_TIMEOUT_MS);
  try {
    await once(socket, transport === "tls" ? "secureConnect" : "connect", { signal: AbortSignal.any([options.signal, timeout]) });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  const frames = new TurnFrames();
  socket.on("data", (chunk: Buffer) => {
    if (!frames.push(chunk, options.onFrame)) socket.destroy();
  });
  socket.on("error", () => {});
  return {
    server: [address, port],
    transport: transport === "tls" ? "tls" : "tcp",
    send: (parts) => sendFrame(socket, parts),
    close: () => socket.destroy(),
  };
}

function sendFrame(socket: StreamSocket, parts: readonly Uint8Array[]): void {
  if (!socket.writable || socket.writableLength > MAX_QUEUED_BYTES) return;
  let length = 0;
  socket.cork();
  for (const part of parts) {
    length += part.length;
    socket.write(part);
  }
  const padding = paddingOf(length);
  if (padding > 0) socket.write(PADDING.subarray(0, padding));
  socket.uncork();
}
