import type { PeerConnectionFactory } from "@rangecast/rtc";
import { createPeerConnection } from "@rangecast/rtc-node";
import type { PortRange } from "../options/values.ts";

/** Makes the daemon's peer connections, on the UDP ports that the firewall lets through where some were given. */
export function createPeerConnectionFactory(portRange: PortRange | undefined): PeerConnectionFactory {
  return (config) => createPeerConnection({ ...config, ...(portRange === undefined ? {} : { portRange }) });
}
