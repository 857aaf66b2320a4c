import type { PeerConnection } from "@rangecast/rtc";
import type { PortLike } from "../../shared/typed-port.ts";

/** Whether data channels can be transferred to a worker. Tried with an unused connection: browsers that can't do it throw. */
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
