import type { PeerConnection } from "@rangecast/rtc";

import type { NodePeerConnectionConfig } from "./node-config.ts";
import { NodePeerConnection } from "./node-peer-connection.ts";

/**
 * RTCPeerConnection in Node (libdatachannel), as much as `@rangecast/rtc` asks for: one negotiation, data channels only, no ICE restart, no TURN over
 * TCP. Whoever creates one closes it: until then it holds a UDP port and keeps the process alive; after all are closed the process can end by itself.
 *
 * @throws {RtcNodeError} `relay-only-unsupported`, `bad-ice-server`
 */
export function createPeerConnection(config: NodePeerConnectionConfig = {}): PeerConnection {
  return new NodePeerConnection(config);
}
