import type { PeerConnectionFactory } from "@rangecast/rtc";
import type { EnginePort } from "../../shared/messages/engine-messages.ts";
import type { HostToProxy, ProxyToHost } from "../../shared/messages/peer-messages.ts";
import { createTypedPort } from "../../shared/ports/typed-port.ts";
import { PeerProxy } from "./peer-proxy.ts";

/** Makes peer connections that run on the page at the other end of `port`. */
export function proxiedPeers(port: EnginePort): PeerConnectionFactory {
  return (config) => {
    const { port1, port2 } = new MessageChannel();
    port.post({ type: "peer", config, port: port2 }, [port2]);
    return new PeerProxy(createTypedPort<ProxyToHost, HostToProxy>(port1));
  };
}
