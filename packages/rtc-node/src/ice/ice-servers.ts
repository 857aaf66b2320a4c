import type { IceServer } from "@rangecast/rtc";
import type { IceServer as NativeIceServer } from "node-datachannel";

import { RtcNodeError } from "../rtc-node-error.ts";

/** RFC 7064, 3.2 and RFC 7065, 3.2. */
const DEFAULT_PORT = 3_478;
const MAX_PORT = 65_535;

/** scheme:host[:port][?transport=…]; an IPv6 host is in brackets. */
const ICE_URL = /^(stuns?|turns?):(\[[0-9a-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?(?:\?transport=(udp|tcp))?$/iu;

/**
 * Converts W3C ICE servers to the library's. It supports STUN and TURN over UDP; the URLs of others (`stuns:`, `turns:`, `transport=tcp`) are passed to
 * `onSkipped`.
 *
 * @throws {RtcNodeError} `bad-ice-server` for a malformed URL, and for TURN without credentials
 */
export function nativeIceServers(servers: readonly IceServer[], onSkipped: (url: string) => void = () => {}): NativeIceServer[] {
  const native: NativeIceServer[] = [];
  for (const { urls, username, credential } of servers) {
    for (const url of typeof urls === "string" ? [urls] : urls) {
      const match = ICE_URL.exec(url);
      const port = Number(match?.[3] ?? DEFAULT_PORT);
      if (match === null || port < 1 || port > MAX_PORT) throw new RtcNodeError("bad-ice-server", `${url} is not an ICE server`);
      const [, scheme = "", host = "", , transport] = match;
      const hostname = host.replace(/^\[(.*)\]$/u, "$1");
      if (scheme.toLowerCase().endsWith("s") || transport?.toLowerCase() === "tcp") onSkipped(url);
      else if (scheme.toLowerCase() === "stun") native.push({ hostname, port });
      else if (username === undefined || credential === undefined) {
        throw new RtcNodeError("bad-ice-server", `${url} needs a username and a credential`);
      } else native.push({ hostname, port, username, password: credential, relayType: "TurnUdp" });
    }
  }
  return native;
}

/**
 * Checks ICE servers as `createPeerConnection` does.
 * @throws {RtcNodeError} `bad-ice-server`
 */
export function checkIceServers(servers: readonly IceServer[]): void {
  nativeIceServers(servers);
}

/** Whether the remote, which uses the same servers, may connect through TURN over TCP or TLS (L-12). */
export function offersTurnByTcp(servers: readonly IceServer[] = []): boolean {
  return servers.flatMap(({ urls }) => urls).some((url) => /^turns:|^turn:.*[?]transport=tcp$/iu.test(url));
}
