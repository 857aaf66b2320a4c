import type { PeerConnectionFactory } from "@rangecast/rtc";
import { createPeerConnection } from "@rangecast/rtc-node";
import type { Logger } from "../output/logger.ts";

/**
 * Creates the daemon's peer connections, all on one UDP port if `udpPort` is given. An exception in a connection's event handler is logged, and affects
 * no other viewer.
 */
export function createPeerConnectionFactory(udpPort: number | undefined, logger: Logger): PeerConnectionFactory {
  const skipped = new Set<string>();
  const onIceServerSkipped = (url: string): void => {
    if (skipped.has(url)) return;
    skipped.add(url);
    logger.warn("an ICE server can't be used from here and is skipped; viewers may still use it", { url });
  };
  const onFault = (error: unknown): void => logger.error("an event handler of a connection failed", { error });
  return (config) => createPeerConnection({ ...config, onFault, onIceServerSkipped, ...(udpPort === undefined ? {} : { udpPort }) });
}
