import type { PeerConnection } from "@rangecast/rtc";
import type { PortLike } from "../../shared/typed-port.ts";

/** Whether a data channel may leave the page for a worker: tried once, with a connection that leads nowhere. Browsers that can't refuse at once. */
export function channelsCanLeave(createPeerConnection: () => Pick<PeerConnection, "createDataChannel" | "close">): boolean {
  const peer = createPeerConnection();
  const port: PortLike = new MessageChannel().port1;
  try {
    const channel = peer.createDataChannel("probe");
    port.postMessage(channel, [channel]);
    return true;
  } catch {
    return false;
  } finally {
    port.close();
    peer.close();
  }
}
