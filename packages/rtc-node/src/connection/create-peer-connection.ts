import type { PeerConnection } from "@rangecast/rtc";

import { OwnPeerConnection } from "../transport/own-peer-connection.ts";
import type { NodePeerConnectionConfig } from "./node-config.ts";
import { NodePeerConnection } from "../native/node-peer-connection.ts";

/** Chooses the transport for all connections that don't name one. */
const TRANSPORT_VARIABLE = "RANGECAST_TRANSPORT";

/**
 * RTCPeerConnection in Node, as far as `@rangecast/rtc` needs it: one negotiation, data channels only. The own transport can also restart ICE. The native one
 * has no TURN over TCP. The caller must close it: until then it holds a UDP port and keeps the process alive.
 *
 * @throws {RtcNodeError} `bad-ice-server`; `relay-only-unsupported` (native)
 */
export function createPeerConnection(config: NodePeerConnectionConfig = {}): PeerConnection {
  const transport = config.transport ?? (process.env[TRANSPORT_VARIABLE] === "own" ? "own" : "native");
  return transport === "own" ? new OwnPeerConnection(config) : new NodePeerConnection(config);
}
