import type { IceServer } from "@rangecast/rtc";

import { RtcNodeError } from "../rtc-node-error.ts";

/** RFC 7064, 3.2 and RFC 7065, 3.2. */
const DEFAULT_PORT = 3_478;
const DEFAULT_TLS_PORT = 5_349;
const MAX_PORT = 65_535;

/** scheme:host[:port][?transport=…]; an IPv6 host is in brackets. */
const ICE_URL = /^(stuns?|turns?):(\[[0-9a-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?(?:\?transport=(udp|tcp))?$/iu;

/** One URL of an ICE server, parsed. */
export interface IceServerUrl {
  readonly url: string;
  readonly scheme: "stun" | "turn";
  readonly transport: "udp" | "tcp" | "tls";
  /** A name or an address, without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** TURN only. */
  readonly username: string;
  /** TURN only. */
  readonly password: string;
}

/**
 * Parses W3C ICE servers.
 * @throws {RtcNodeError} `bad-ice-server` for a malformed URL, and for TURN without credentials
 */
export function parseIceServers(servers: readonly IceServer[]): IceServerUrl[] {
  return servers.flatMap((server) => [server.urls].flat().map((url) => parseUrl(url, server)));
}

function parseUrl(url: string, { username, credential }: IceServer): IceServerUrl {
  const [, scheme = "", host = "", port, transport] = ICE_URL.exec(url.toLowerCase()) ?? [];
  const secure = scheme.endsWith("s");
  const turn = scheme.startsWith("turn");
  const number = Number(port ?? (secure ? DEFAULT_TLS_PORT : DEFAULT_PORT));
  if (scheme === "" || number < 1 || number > MAX_PORT) throw new RtcNodeError("bad-ice-server", `${url} is not an ICE server`);
  if (turn && (username === undefined || credential === undefined)) {
    throw new RtcNodeError("bad-ice-server", `${url} needs a username and a credential`);
  }
  return {
    url,
    scheme: turn ? "turn" : "stun",
    transport: secure ? "tls" : transport === "tcp" ? "tcp" : "udp",
    hostname: host.replace(/^\[(.*)\]$/u, "$1"),
    port: number,
    username: username ?? "",
    password: credential ?? "",
  };
}

/**
 * Checks ICE servers as `createPeerConnection` does.
 * @throws {RtcNodeError} `bad-ice-server`
 */
export function checkIceServers(servers: readonly IceServer[]): void {
  parseIceServers(servers);
}
