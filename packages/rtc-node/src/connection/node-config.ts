import type { PeerConnectionConfig } from "@rangecast/rtc";
import type { RtcConfig } from "node-datachannel";

import type { OnFault } from "./guarded.ts";
import { nativeIceServers } from "../ice/ice-servers.ts";
import { RtcNodeError } from "../rtc-node-error.ts";

export interface NodePeerConnectionConfig extends PeerConnectionConfig {
  /**
   * Called with the exception of an event handler, which would otherwise abort the process.
   * @default throws it again from the event loop, as an uncaught exception
   */
  readonly onFault?: OnFault;
  /** Called with the URL of each ICE server that this stack can't use (TLS, TCP). @default none */
  readonly onIceServerSkipped?: (url: string) => void;
  /** UDP port, shared by all connections that use it. @default one port per connection, chosen by the system */
  readonly udpPort?: number;
  /** The only local address to use. @default all */
  readonly bindAddress?: string;
  /** What carries the connection: libdatachannel, or this project's own transport. @default what the environment variable RANGECAST_TRANSPORT names, else "native" */
  readonly transport?: "native" | "own";
}

/** Largest message that we accept and send, bytes; the same as Chromium's. A remote that sends a larger one loses its channel. */
export const MAX_MESSAGE_BYTES = 262_144;

/**
 * Converts the configuration to the library's.
 * @throws {RtcNodeError} `relay-only-unsupported`, `bad-ice-server`
 */
export function nativeConfig(config: NodePeerConnectionConfig): RtcConfig {
  const { iceServers = [], iceTransportPolicy, udpPort, bindAddress } = config;
  // The library would only withhold its host candidates. Its checks would still be sent from them, and show the remote our address.
  if (iceTransportPolicy === "relay") throw new RtcNodeError("relay-only-unsupported", "this stack can't restrict itself to TURN");
  return {
    iceServers: nativeIceServers(iceServers, config.onIceServerSkipped),
    maxMessageSize: MAX_MESSAGE_BYTES,
    enableIceUdpMux: udpPort !== undefined,
    ...(udpPort === undefined ? {} : { portRangeBegin: udpPort, portRangeEnd: udpPort }),
    ...(bindAddress === undefined ? {} : { bindAddress }),
  };
}
