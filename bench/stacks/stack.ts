import type { PeerConnectionFactory } from "@rangecast/rtc";
import { createPeerConnection } from "@rangecast/rtc-node";

/** A WebRTC stack for Node that was considered (docs/decisions/0001). */
export type StackName = "node-datachannel" | "wrtc";

export const STACK_NAMES: readonly StackName[] = ["node-datachannel", "wrtc"];

/** Not a dependency, for its 26 MB: `npm install --no-save @roamhq/wrtc@0.10.0` brings it in for a comparison. */
const WRTC = "@roamhq/wrtc";

/** The stack, as our adapter drives it or by its own W3C interface; undefined where it is not installed. */
export async function loadStack(name: StackName): Promise<PeerConnectionFactory | undefined> {
  if (name === "node-datachannel") return createPeerConnection;
  try {
    const { default: wrtc } = (await import(WRTC)) as {
      default: { RTCPeerConnection: new (config: object) => ReturnType<PeerConnectionFactory> };
    };
    return (config) => new wrtc.RTCPeerConnection(config);
  } catch {
    return undefined;
  }
}
