import type { PeerConnectionFactory } from "@rangecast/rtc";
import { createPeerConnection } from "@rangecast/rtc-node";
import type { Logger } from "../output/logger.ts";

/**
 * Makes the daemon's peer connections: all of them on the one UDP port that the firewall lets through, where one was given. A fault of ours in one
 * connection's event is told and costs no other viewer the film.
 */
export function createPeerConnectionFactory(udpPort: number | undefined, logger: Logger): PeerConnectionFactory {
  const skipped = new Set<string>();
  const onIceServerSkipped = (url: string): void => {
    if (skipped.has(url)) return;
    skipped.add(url);
    logger.warn("an ICE server that can't be used from here is left out; viewers may use it", { url });
  };
  const onFault = (error: unknown): void => logger.error("a fault in a connection's event", { error });
  return (config) => createPeerConnection({ ...config, onFault, onIceServerSkipped, ...(udpPort === undefined ? {} : { udpPort }) });
}
