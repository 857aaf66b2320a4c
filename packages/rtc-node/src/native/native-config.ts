import type { RtcConfig } from "node-datachannel";

import { MAX_MESSAGE_BYTES } from "../connection/limits.ts";
import type { NodePeerConnectionConfig } from "../connection/node-config.ts";
import { RtcNodeError } from "../rtc-node-error.ts";
import { nativeIceServers } from "./native-ice-servers.ts";

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
