import type { IceServer } from "@rangecast/rtc";
import type { IceServer as NativeIceServer } from "node-datachannel";

import { parseIceServers } from "../ice/ice-servers.ts";

/**
 * Converts W3C ICE servers to the library's. It supports STUN and TURN over UDP; the URLs of others (`stuns:`, `turns:`, `transport=tcp`) are passed to
 * `onSkipped`.
 *
 * @throws {RtcNodeError} `bad-ice-server` for a malformed URL, and for TURN without credentials
 */
export function nativeIceServers(servers: readonly IceServer[], onSkipped: (url: string) => void = () => {}): NativeIceServer[] {
  const native: NativeIceServer[] = [];
  // A malformed URL is refused before any is skipped.
  for (const { url, scheme, transport, hostname, port, username, password } of parseIceServers(servers)) {
    if (transport !== "udp") onSkipped(url);
    else native.push(scheme === "stun" ? { hostname, port } : { hostname, port, username, password, relayType: "TurnUdp" });
  }
  return native;
}

/** Whether the remote, which uses the same servers, may connect through TURN over TCP or TLS (L-12). */
export function offersTurnByTcp(servers: readonly IceServer[] = []): boolean {
  return servers.flatMap(({ urls }) => urls).some((url) => /^turns:|^turn:.*[?]transport=tcp$/iu.test(url));
}
