import type { PeerConnectionConfig } from "@rangecast/rtc";
import type { RtcConfig } from "node-datachannel";

import type { OnFault } from "./guarded.ts";
import { nativeIceServers } from "../ice/ice-servers.ts";
import { RtcNodeError } from "../rtc-node-error.ts";

export interface NodePeerConnectionConfig extends PeerConnectionConfig {
  /**
   * Told of what one of our own event handlers threw. Nothing that happens in a native callback may end the process by itself.
   * @default throws it again from the event loop, as any uncaught error of Node
   */
  readonly onFault?: OnFault;
  /** Told of the URL of each ICE server that this stack can't use (TLS, TCP). @default nobody */
  readonly onIceServerSkipped?: (url: string) => void;
  /** The one UDP port of all connections that name it: they share it. @default a port for each connection, of the system's choice */
  readonly udpPort?: number;
  /** First and last UDP port to choose from, one a connection. Not together with `udpPort`. @default any */
  readonly portRange?: { readonly first: number; readonly last: number };
  /** Address of this machine to use alone. @default all of them */
  readonly bindAddress?: string;
  /** Largest packet on the wire, bytes of IP. Larger is a tenth faster where the whole path carries it. @default the library's, 1280 */
  readonly mtu?: number;
}

/** Largest message that we take and send, bytes, as Chromium. A larger one costs the remote its channel. */
export const MAX_MESSAGE_BYTES = 262_144;

/**
 * The configuration as the library takes it.
 * @throws {RtcNodeError} `relay-only-unsupported`, `bad-ice-server`
 */
export function nativeConfig(config: NodePeerConnectionConfig): RtcConfig {
  const { iceServers = [], iceTransportPolicy, udpPort, portRange, bindAddress, mtu } = config;
  // The library only keeps host candidates to itself: its checks go out from them all the same, and tell the remote our address.
  if (iceTransportPolicy === "relay") throw new RtcNodeError("relay-only-unsupported", "this stack cannot keep to a relay alone");
  const ports = udpPort === undefined ? portRange : { first: udpPort, last: udpPort };
  return {
    iceServers: nativeIceServers(iceServers, config.onIceServerSkipped),
    maxMessageSize: MAX_MESSAGE_BYTES,
    enableIceUdpMux: udpPort !== undefined,
    ...(ports === undefined ? {} : { portRangeBegin: ports.first, portRangeEnd: ports.last }),
    ...(bindAddress === undefined ? {} : { bindAddress }),
    ...(mtu === undefined ? {} : { mtu }),
  };
}
