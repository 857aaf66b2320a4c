import type { PeerConnection } from "@rangecast/rtc";

import type { NodePeerConnectionConfig } from "./node-config.ts";
import { NodePeerConnection } from "./node-peer-connection.ts";

/**
 * RTCPeerConnection in Node (libdatachannel), as far as `@rangecast/rtc` needs it: one negotiation, data channels only, no ICE restart, no TURN over TCP.
 * The caller must close it: until then it holds a UDP port and keeps the process alive.
 *
 * @throws {RtcNodeError} `relay-only-unsupported`, `bad-ice-server`
 */
export function createPeerConnection(config: NodePeerConnectionConfig = {}): PeerConnection {
  return new NodePeerConnection(config);
}
