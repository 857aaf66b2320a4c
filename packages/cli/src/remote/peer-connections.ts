import type { PeerConnectionFactory } from "@rangecast/rtc";
import { checkTransport, createPeerConnection, type NodePeerConnectionConfig, RtcNodeError } from "@rangecast/rtc-node";
import { CliError } from "../failure/cli-error.ts";
import type { Logger } from "../output/logger.ts";

/**
 * Creates the peer connections of a command. An exception in a connection's event handler is logged, and affects no other connection.
 * @throws {CliError} `usage` if the transport that RANGECAST_TRANSPORT names can't be used
 */
function peerConnections(logger: Logger, config: Omit<NodePeerConnectionConfig, "onFault">): PeerConnectionFactory {
  requireTransport();
  const onFault = (error: unknown): void => logger.error("an event handler of a connection failed", { error });
  return (more) => createPeerConnection({ ...config, ...more, onFault });
}

/** Those of a host, all on one UDP port if `udpPort` is given. @throws {CliError} `usage` */
export function hostConnections(udpPort: number | undefined, logger: Logger): PeerConnectionFactory {
  const skipped = new Set<string>();
  const onIceServerSkipped = (url: string): void => {
    if (skipped.has(url)) return;
    skipped.add(url);
    logger.warn("an ICE server can't be used from here and is skipped; viewers may still use it", { url });
  };
  return peerConnections(logger, { onIceServerSkipped, ...(udpPort === undefined ? {} : { udpPort }) });
}

/** Those of a command that reads a link. @throws {CliError} `usage` */
export function viewerConnections(logger: Logger): PeerConnectionFactory {
  return peerConnections(logger, {
    onIceServerSkipped: (url) => logger.debug("an ICE server can't be used from here and is skipped", { url }),
  });
}

function requireTransport(): void {
  try {
    checkTransport();
  } catch (error) {
    if (error instanceof RtcNodeError) throw new CliError("usage", `${error.message}.`, { cause: error });
    throw error;
  }
}
