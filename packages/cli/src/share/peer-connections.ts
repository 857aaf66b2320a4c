import type { PeerConnectionFactory } from "@rangecast/rtc";
import { createPeerConnection } from "@rangecast/rtc-node";

/** Makes the daemon's peer connections: all of them on the one UDP port that the firewall lets through, where one was given. */
export function createPeerConnectionFactory(udpPort: number | undefined): PeerConnectionFactory {
  return (config) => createPeerConnection({ ...config, ...(udpPort === undefined ? {} : { udpPort }) });
}
